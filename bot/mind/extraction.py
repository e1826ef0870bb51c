"""From what somebody said to events worth keeping: what the model is asked, and what of its answer is believed.

The model proposes; nothing is kept on its word. A quote must stand in the turn verbatim, a time must be words of the turn that
resolve, and the gist is retold from the quote by rules. When the model is too weak, the person's own sentence is kept with a kind and
a time found by rules.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.mind.circumstances import circumstances
from bot.mind.empathy import read
from bot.mind.events import Evidence, Kind, Memory, Turn
from bot.mind.facts import facts, past_facts
from bot.mind.prompt import Message
from bot.mind.quoting import is_spoken_by_others
from bot.mind.retell import retell
from bot.mind.salience import says_enough, sentences, speaks_of_self, statements
from bot.mind.times import When, find_time, is_habit
from bot.mind.words import content, words

KINDS = tuple(kind.value for kind in Kind)
MARKS = (1, 2, 3, 4, 5)
_MATTERS = 3
EMOTIONS = ("joy", "sadness", "anger", "fear", "surprise", "disgust", "neutral")

SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "events": {
            "type": "array",
            "maxItems": 4,
            "items": {
                "type": "object",
                "properties": {
                    "quote": {"type": "string", "maxLength": 300},
                    "kind": {"enum": list(KINDS)},
                    "gist": {"type": "string", "maxLength": 200},
                    "emotion": {"enum": list(EMOTIONS)},
                    "importance": {"enum": list(MARKS)},
                    "who": {"type": "array", "maxItems": 3, "items": {"type": "string", "maxLength": 40}},
                    "place": {"type": "string", "maxLength": 40},
                },
                "required": ["quote", "kind", "gist", "emotion", "importance", "who", "place"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["events"],
    "additionalProperties": False,
}

_TASK = """You note down what a person says about their own life, for a friend who wants to remember it.
Answer with JSON. For each fact or event that will still matter next week, one entry:
quote: the words, copied exactly from the message.
kind: profile (name, age, home, job), preference (likes, dislikes, diet), relationship (people and pets in their life), plan (something that will happen), experience (something that happened), achievement (something they succeeded in), wellbeing (health, sleep, illness), feeling (an emotion about something).
gist: one short sentence in the third person, beginning with "They" or "Their".
emotion: one of joy, sadness, anger, fear, surprise, disgust, neutral.
importance: 1 (trivial) to 5 (life-changing).
who: the other people and animals in it, in the words of the message; [] without any.
place: where it is, in the words of the message; "" where it does not say.
Small talk, questions and opinions about the world give no entry: {"events": []}."""

_EXAMPLES = (
    (
        "I'm Ruth, I teach maths in Ghent. My exam board meets tomorrow at 9, ugh.",
        '{"events": [{"quote": "I\'m Ruth, I teach maths in Ghent", "kind": "profile", "gist": "They are called Ruth and teach maths in Ghent.", '
        '"emotion": "neutral", "importance": 4, "who": [], "place": "Ghent"}, {"quote": "My exam board meets tomorrow at 9", "kind": "plan", "gist": "Their exam board meets.", '
        '"emotion": "fear", "importance": 3, "who": [], "place": ""}]}',
    ),
    ("haha yes, totally. what would you do?", '{"events": []}'),
    (
        "my knee is bad so I can't run any more, and I really miss it",
        '{"events": [{"quote": "my knee is bad so I can\'t run any more", "kind": "wellbeing", "gist": "Their knee is bad, so they cannot run any more.", '
        '"emotion": "sadness", "importance": 4, "who": [], "place": ""}]}',
    ),
    (
        "I can't stand olives. My brother Tom puts them on everything.",
        '{"events": [{"quote": "I can\'t stand olives", "kind": "preference", "gist": "They cannot stand olives.", "emotion": "disgust", "importance": 2, "who": [], "place": ""}, '
        '{"quote": "My brother Tom puts them on everything", "kind": "relationship", "gist": "Their brother Tom puts olives on everything.", '
        '"emotion": "neutral", "importance": 2, "who": ["brother Tom"], "place": ""}]}',
    ),
    (
        "we won the regional final yesterday!!",
        '{"events": [{"quote": "we won the regional final yesterday", "kind": "achievement", "gist": "Their team won the regional final.", '
        '"emotion": "joy", "importance": 4, "who": [], "place": ""}]}',
    ),
)


def extraction_prompt(text: str) -> tuple[Message, ...]:
    """What the model is asked about one passage of a turn. Only the person's own words are shown: what the companion said
    or was reminded of cannot come back as theirs."""
    shown = [Message("system", _TASK)]
    for said, noted in _EXAMPLES:
        shown += [Message("user", said), Message("assistant", noted)]
    return (*shown, Message("user", text))


def passages(text: str, longest: int = 1_000) -> tuple[str, ...]:
    """A long message in pieces of whole sentences, each short enough for one look; ``longest`` in characters."""
    pieces = [""]
    for sentence in sentences(text):
        for part in (sentence[i : i + longest] for i in range(0, len(sentence), longest)):
            if len(pieces[-1]) + len(part) + 1 > longest:
                pieces.append("")
            pieces[-1] = f"{pieces[-1]} {part}".strip()
    return tuple(piece for piece in pieces if piece)


@dataclass(frozen=True, slots=True)
class Extracted:
    """A memory that passed, with the place in the turn that it rests on."""

    memory: Memory
    evidence: Evidence


def entries_of(answer: str) -> list[Mapping[str, Any]] | None:
    """The entries of a model's answer; None when it is not what was asked for (cut off in the middle, or no such JSON)."""
    try:
        found = json.loads(answer)
    except (ValueError, RecursionError):
        return None
    events = found.get("events") if isinstance(found, dict) else None
    return [e for e in events if isinstance(e, dict)] if isinstance(events, list) else None


def verify(entries: Iterable[Mapping[str, Any]], turn: Turn, zone: str) -> tuple[Extracted, ...]:
    """Keep what the turn itself supports. ``entries`` are items of SCHEMA's ``events``, whose values may be anything."""
    stated = content(statements(turn.text))
    kept: list[Extracted] = []
    for entry in entries:
        span = _locate(_string(entry, "quote"), turn.text)
        if span is None or is_spoken_by_others(turn.text, *span):
            continue
        if not content(turn.text[slice(*span)]) & stated or not _lasts(entry, turn.text[slice(*span)], turn.said_at):
            continue
        wide = _widen(span, turn.text, content(_string(entry, "gist")))
        free = [s for s in (wide, span) if not any(s[0] < k.evidence.end and k.evidence.start < s[1] for k in kept)]
        if free:
            kept.append(_believe(entry, turn, free[0], zone))
    return tuple(kept)


def _lasts(entry: Mapping[str, Any], quote: str, said_at: datetime) -> bool:
    """Where no rule knows what it is and nothing happened, the model must at least think it matters."""
    mark = entry.get("importance")
    known = guess_kind(quote, find_time(quote, said_at, "UTC"), said_at) is not Kind.EXPERIENCE
    return known or happened(quote) or (mark in MARKS and isinstance(mark, int) and mark >= _MATTERS)


def completed(kept: tuple[Extracted, ...], turn: Turn, zone: str) -> tuple[Extracted, ...]:
    """With the statements that the model passed over though a rule knows what they are."""
    missed = (x for x in own_words(turn, zone, certain=True) if not any(_touch(x.evidence, k.evidence) for k in kept))
    return (*kept, *missed)


def _touch(a: Evidence, b: Evidence) -> bool:
    return a.start < b.end and b.start < a.end


def own_words(turn: Turn, zone: str, *, certain: bool = False) -> tuple[Extracted, ...]:
    """Without a model that can: the statements themselves, with kind and time by rules.

    ``certain`` keeps only those whose kind a rule recognises: for turns in which the model saw nothing.
    """
    kept = []
    for sentence in sentences(statements(turn.text)):
        span = _locate(sentence, turn.text)
        if span is None or not says_enough(sentence) or not speaks_of_self(sentence):
            continue
        kind = guess_kind(sentence, find_time(sentence, turn.said_at, zone), turn.said_at)
        if kind is not Kind.EXPERIENCE or (not certain and happened(sentence)):
            kept.append(_believe({}, turn, span, zone))
    return tuple(kept[:4])


def wanted(turn: Turn, zone: str) -> tuple[Extracted, ...]:
    """For somebody who asked for it: their statements, or else the whole message; nothing for an empty one."""
    if found := own_words(turn, zone):
        return found
    start = len(turn.text) - len(turn.text.lstrip())
    return (_believe({}, turn, (start, len(turn.text.rstrip())), zone),) if turn.text.strip() else ()


def _widen(span: tuple[int, int], text: str, gist: frozenset[str]) -> tuple[int, int]:
    """A quote that stops short of what its gist says grows by whole clauses of its own sentence."""
    left = max((text.rfind(mark, 0, span[0]) for mark in ".!?\n"), default=-1) + 1
    right = min((p for p in (text.find(mark, span[1]) for mark in ".!?\n") if p >= 0), default=len(text))
    for clause in re.finditer(r"[^,;]+?(?=[,;]|\s(?:and|but|so|because)\s|$)", text[left:right]):
        start, end = clause.start() + left, clause.end() + left
        if content(text[start:end]) & (gist - content(text[slice(*span)])):
            span = min(span[0], start), max(span[1], end)
    lead = len(text[slice(*span)]) - len(text[slice(*span)].lstrip(" ,;"))
    return span[0] + lead, span[1]


def _believe(entry: Mapping[str, Any], turn: Turn, span: tuple[int, int], zone: str) -> Extracted:
    quote = turn.text[slice(*span)]
    when = find_time(quote, turn.said_at, zone) or _nearby_time(turn, span, zone)
    kind = guess_kind(quote, when, turn.said_at)
    named = _string(entry, "kind")
    if named in KINDS and _admits(Kind(named), kind, quote):
        kind = Kind(named)
    told = circumstances(quote, turn.said_at, zone, hints=_strings(entry, "who"), place=_string(entry, "place"))
    memory = Memory(
        person=turn.person, audience=turn.audience, kind=kind, quote=quote, gist=retell(quote, when, zone), said_at=turn.said_at,
        happens_at=when.at if when else None, participants=told.participants, place=told.place, ends_at=told.ends_at or (when.until if when else None), recurs=told.recurs,
        importance=_importance(entry, kind, quote), emotion=_emotion(_string(entry, "emotion"), turn.text), sensitive=bool(SENSITIVE.search(turn.text)),
    )
    return Extracted(memory, Evidence(turn=turn.id, start=span[0], end=span[1]))


def _string(entry: Mapping[str, Any], key: str) -> str:
    value = entry.get(key)
    return value if isinstance(value, str) else ""


def _strings(entry: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = entry.get(key)
    return tuple(each for each in value if isinstance(each, str)) if isinstance(value, list) else ()


def _locate(quote: str, text: str) -> tuple[int, int] | None:
    """Where a quote stands in a text; case, spacing and typographic marks may differ, words may not."""
    plain = quote.strip().strip("\"'“”‘’.,!… ")
    if len(plain) < 3:
        return None
    pattern = r"\s+".join(re.sub(r"['’‘`]", "['’‘`]", re.escape(w)) for w in plain.split())
    # Chinese and Japanese set no words apart: there a quote may end in the middle of a run of letters.
    letter = r"[^\W\u3040-\u30ff\u3400-\u9fff]"
    found = re.search(rf"(?<!{letter}){pattern}(?!{letter})", text, re.IGNORECASE)
    return found.span() if found else None


def _nearby_time(turn: Turn, span: tuple[int, int], zone: str) -> When | None:
    """A time in the same sentence as the quote belongs to it, unless the sentence is about something else as well."""
    start = max((turn.text.rfind(mark, 0, span[0]) for mark in ".!?\n;"), default=-1) + 1
    ends = [p for p in (turn.text.find(mark, span[1]) for mark in ".!?\n;") if p >= 0]
    sentence = turn.text[start : min(ends, default=len(turn.text))]
    return find_time(sentence, turn.said_at, zone) if len(words(sentence)) <= len(words(turn.text[slice(*span)])) + 6 else None


_KIN = r"(?:wife|husband|partner|girlfriend|boyfriend|fianc\w+|mother|mom|mum|father|dad|parents|folks|in-laws|sister|brother|siblings?|twins?|son|daughter|kids?|child(?:ren)?|baby|friend|bestie|aunt|uncle|cousin|niece|nephew|gran\w*|boss|cat|dog|puppy|kitten|rabbit|hamster|horse|parrot|greyhound|neighbou?rs?|colleague|coworker|flatmate|roommate|landlord|landlady|ex)"
_MOOD = r"(?:sad|angry|happy|scared|afraid|lonely|nervous|excited|worried|upset|proud|ashamed|jealous|stressed|terrified|frightened|gutted|devastated|heartbroken|furious|overwhelmed|embarrassed|disappointed|guilty|glad|relieved|fed up|sick of)"
_KINDS = (
    (Kind.FEELING, rf"\b(?:i (?:just |really |still |honestly )?feel\b|(?:been )?feeling\b|i['’]?m (?:so |really |very |a bit |quite |just |kinda |absolutely |still )*{_MOOD}\b|^\W*(?:so |really |kinda |very )*{_MOOD}\b|i (?:really |still )?miss\b|dreading|sick of|worried sick|hate myself|makes me (?:sad|angry|happy|cry)|drives me mad|i['’]?m dreading)"),
    (Kind.WELLBEING, r"\b(?:sick(?:ness)?\b(?! of)|ill(?:ness)?\b|doctor|hospital|surgery|operation|diagnos|therap|anxi|depress|insomnia|allerg|asthma|diabet|migraine|headache|ulcer|pain(?:s|ful)?\b|hurts?\b|injur|broke my (?!heart|phone)|sleep\b|medication|pregnan|stomach|knee|vertigo|"
     r"c(?:o)?eliac|intoleran|blood pressure|cholesterol|my (?:back|neck|shoulder|head|throat|teeth|eyes?) (?:is|has|are|have|hurt|ache|kill)|ache|adhd|autis|arthrit|epilep|sober|slept|smok(?:e|ing)|cigarette|covid|flu\b|fever|throat swells|grind my teeth|overweight|burn(?:ed|t) ?out)"),
    (Kind.ACHIEVEMENT, r"\b(?:i|we)(?:['’]ve| have)? (?:\w+ )?(?:won|passed|finished|graduated|got (?:the|an?|my) (?:\w+ )?(?:job|promotion|place|grant|scholarship|licen[cs]e|degree|offer|award|prize|visa|diploma|certificate|contract|[ab][+-]? in)|made it|got in(?:to)?\b|got promoted|managed to|nailed|shipped|published|completed|sold (?:my|our) first|ran (?:a |my |\d))"
     r"|\bgot accepted\b|\bfor the first time\b|\bmy first (?:\w+ )?(?:novel|painting|marathon|song|book|sale|gig)\b|\bi quit (?:smoking|drinking)|\bsober for\b|\bhaven['’]?t (?:had|smoked|drunk|touched)\b[^.]*\bin\b|\bchampion"),
    (Kind.PREFERENCE, r"\b(?:i (?:\w+ )?(?:like|love|hate|prefer|enjoy|adore|dislike|loathe|despise)|can['’]?t stand|favou?rite|i (?:don['’]?t|do not|never|can['’]?t) (?:\w+ )?(?:like|eat|drink|care for|enjoy)|vegan|vegetarian|not (?:really )?(?:a|my) (?:big )?(?:fan|thing|cup of tea)|i['’]?d rather|nothing beats|into (?:music|sports|films|games)|i collect|my hobby|tastes? like|i['’]?m (?:a (?:big |huge )?fan of|obsessed with|addicted to))"),
    (Kind.RELATIONSHIP, rf"(?<!with )(?<!to )(?<!for )(?<!from )(?<!by )(?<!at )\b(?:my|our) (?:\w+ ){{0,2}}?{_KIN}\b|\b(?:i|we)(?:['’]ve| have)(?: got)? (?:an? |one |two |three |four |five |some |\d )(?:\w+ )?{_KIN}s?\b|\bwe (?:adopted|broke up|split up|got (?:married|engaged|divorced)|are (?:a couple|together))|\b(?:boyfriend|girlfriend|partner|wife|husband)['’]?s? name\b"),
    (Kind.PROFILE, r"\b(?:my name is|call me|i['’]?m called|i live|i moved|i work|i study|i teach|my job|years old|i was born|i (?:grew up|come from)|i['’]?m (?:originally )?from|i['’]?m an? (?!bit|little|lot)|(?-i:I['’]?m|I am|i['’]?m|im) (?-i:[A-Z])[a-z]+\b(?! and (?:fine|good))|i (?:drive|run|own|manage|design|write|build|repair|sell|restore) (?!out\b|away\b|late\b)|i (?:repair|paint|teach|restore|sell|build|design) \w+s\b|"
     r"i speak\b|mother tongue|i['’]?m \d{1,3}\b|i turned \d|i have (?:\w+ )?(?:hair|eyes|freckles|tattoos?|a degree)|i (?:do not|don['’]?t) (?:have|own)\b|i never learn|i can['’]?t (?:swim|drive|ride|cook|sing|dance|read)|i start work|i used to (?:be|play|work|live)|i play\b|i volunteer|at this (?:firm|company|job)|native|citizen|\w+-handed|bilingual|colou?r-?blind|adopted\b(?! (?:an?|the|my|our))|only child|(?:eldest|oldest|youngest|middle child)|introvert|extrovert|my pronouns|every (?:mon|tues|wednes|thurs|fri|satur|sun)day|on (?:mon|tues|wednes|thurs|fri|satur|sun)days)"),
)
_HAPPENED = re.compile(
    r"(?:\b(?:i|we|he|she|they|it)\b|\b(?:my|our) [\w'’ -]{2,30}?|^\W*)(?:['’]ve| have| has|['’]d| had|['’]m| am|['’]re| are)? ?(?:\w+ly |just |finally |never |also |even |once |nearly |almost |recently |accidentally |then |still |been )*"
    r"(?:\w{2,}(?<!ne)(?<!fe)(?<!agre)ed|was|were|had|did|didn['’]t|went|got|came|saw|met|left|lost|broke|bought|found|made|told|took|gave|felt|kept|sold|won|spent|fell|ran|drove|flew|ate|drank|slept|read|wrote|began|became|built|caught|"
    r"chose|cut|dreamt|fought|forgot|forgave|froze|grew|heard|hid|hit|held|hurt|knew|laid|led|lent|let|lit|paid|put|quit|rode|rang|rose|sang|sank|sat|sent|set|shot|shut|stole|stood|stuck|swam|swore|taught|threw|tore|understood|"
    r"woke|wore|gone|done|seen|given|taken|broken|eaten|written|driven|fallen|forgotten|stolen|getting|expecting|trying for)\b",
    re.IGNORECASE,
)
_IN_MIND = re.compile(r"^\W*(?:i|we) (?:thought|wondered|guessed|meant|wanted|needed|hoped|asked|said|read somewhere|heard that|used to think)\b|^\W*(?:they|he|she|people|someone|somebody) (?:asked|said|told)\b", re.IGNORECASE)
_PAST_TENSE = re.compile(r"\b(?:was|were|had|did|went|got|came|saw|met|been|finished|passed|failed|happened)\b", re.IGNORECASE)
_FUTURE = re.compile(r"\b(?:going to|gonna|will|'ll|plan(?:ning)? to|want to|hope to|about to|might|thinking about|trying for)\b(?! (?:know|see|talk|ask|say|hear|sleep|bed|be right|let you|tell you|think|stop|try to|never))", re.IGNORECASE)
SENSITIVE = re.compile(
    r"\b(?:died|dead|death|funeral|passed away|cancer|miscarr\w*|suicid\w*|abus\w*|divorc\w*|broke up|break-?up|split up|left me|hospital|surgery|tumou?r|chemo\w*|grie(?:f|ving)|overdos\w*|relaps\w*|rehab|assault\w*|rape\w*)\b",
    re.IGNORECASE,
)


def happened(sentence: str) -> bool:
    """Whether it tells of something that happened, and not only in their mind. Read in English; other scripts are believed."""
    return not sentence.isascii() and not re.search("[a-z]", sentence) or (_HAPPENED.search(sentence) is not None and not _IN_MIND.search(sentence))


def guess_kind(quote: str, when: When | None, said_at: datetime) -> Kind:
    """The kind by rules alone; EXPERIENCE when none of them speaks."""
    if when is not None and when.at >= said_at and not is_habit(quote) and not (_PAST_TENSE.search(quote) and when.has_hour and when.at < said_at + timedelta(hours=12)):
        return Kind.PLAN
    for kind, pattern in _KINDS:
        if re.search(pattern, quote, re.IGNORECASE):
            return kind
    if facts(quote) or past_facts(quote):
        return Kind.PROFILE
    return Kind.PLAN if _FUTURE.search(quote) else Kind.EXPERIENCE


def _admits(kind: Kind, ruled: Kind, quote: str) -> bool:
    """The model may name a kind that the rules know signs of in the quote, or any but a plan where they know none."""
    if ruled is Kind.PLAN or kind is Kind.PLAN:
        return False
    return ruled is Kind.EXPERIENCE or any(k is kind and re.search(pattern, quote, re.IGNORECASE) for k, pattern in _KINDS)


def _emotion(named: str, text: str) -> str:
    """What the words themselves show; else what the model named, when it is one that small models get right."""
    shown = read(text).emotion
    return named if shown == "neutral" and named in ("joy", "sadness", "anger", "fear") else shown


_BASE_IMPORTANCE = {
    Kind.PROFILE: 0.7, Kind.PREFERENCE: 0.5, Kind.RELATIONSHIP: 0.6, Kind.PLAN: 0.65, Kind.EXPERIENCE: 0.45, Kind.ACHIEVEMENT: 0.7,
    Kind.WELLBEING: 0.7, Kind.FEELING: 0.45,
}
_WEIGHTY = re.compile(
    r"\b(?:exam|final|finals|interview|wedding|married|birth|surgery|operation|graduat\w*|funeral|job|moved?|moving|baby|defen[cs]e|thesis|competition|deadline|date|concert|trip|flight|court|test results|audition|presentation|recital|marathon|birthday)\b",
    re.IGNORECASE,
)


def _importance(entry: Mapping[str, Any], kind: Kind, quote: str) -> float:
    """Half the kind's usual weight and the weight of its words, half the model's mark where there is one."""
    ruled = min(1.0, _BASE_IMPORTANCE[kind] + (0.2 if _WEIGHTY.search(quote) else 0.0))
    mark = entry.get("importance")
    return round((ruled + mark / 5) / 2 if mark in MARKS and isinstance(mark, int) else ruled, 2)
