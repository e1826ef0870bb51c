"""Do two mentions speak of one event? "my chemistry final is on friday" and, days later, "the exam went fine" do.

Pairs of mentions are judged by what kind of event they name, whose it is, what sets it apart from others of its kind, and whether its times
agree (the features of within- and cross-document event coreference: head, participants, arguments, time; Lee et al. 2012, "Joint entity and
event coreference resolution across documents"). A mention that names no event ("it went ok") is of the one that has just been.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.mind.circumstances import both
from bot.mind.events import Candidate, Kind, Memory
from bot.mind.times import find_time, is_habit, precision
from bot.mind.topics import means
from bot.mind.words import content, stem, words

_HEADS: Mapping[str, str] = {
    "exam": r"exams?|finals?|midterms?|tests?(?<!hearing test)|quiz|re-?sit", "interview": r"interviews?|interviewed (?:at|with|for|by)|(?:get|got|getting) the (?:job|position|role)", "wedding": r"weddings?|marr(?:y|ies|ying|ied)",
    "surgery": r"surger(?:y|ies)|operations?|operated|(?:teeth|tooth|tonsils|appendix) (?:out|removed|are gone)|wisdom teeth", "dentist": r"dentist\w*|root canal|cavit(?:y|ies)|filling",
    "flight": r"flights?|fly|flies|flying|flew|planes?|land(?:ed|ing)", "move": r"mov(?:e|ing|ed)(?! (?:on|me|out of the way)\b)", "trip": r"trips?|holidays?|vacation|leave for|leaving for|left for", "date": r"(?:a|the|our|my|first|second|third|blind)? ?dates?(?= (?:with|tonight|tomorrow|was|went|on)\b)",
    "performance": r"concerts?|gigs?|recitals?|opera|performances?|show", "audition": r"auditions?|got the part", "race": r"(?:half[- ])?marathon|triathlon|5k|10k|race", "presentation": r"presentations?|present(?:ed|ing)|pitch",
    "defense": r"(?:thesis |viva )?def(?:en[cs]e|end|ended|ending)|viva", "court": r"court|trial|hearing(?! test)", "death": r"died|dies|death|dying|passed away|funeral|buried", "birth": r"born|(?:gave|gives?|giving) birth|birth of",
    "breakup": r"broke up|break-?up|split up|divorced?|left me", "engagement": r"engaged|engagement|proposed to", "promotion": r"promot(?:ed|ion)", "job loss": r"fired|laid off|lost my job|made redundant|sacked", "accident": r"crash(?:ed)?|accident",
    "breakdown": r"broke down|breakdown|broken down", "burglary": r"burgl\w+|robbed|break-in|broken into", "scan": r"mri|scans?|x-?ray|ultrasound|biopsy|ct", "party": r"party|parties|birthday", "dinner": r"dinner|lunch|brunch|breakfast",
    "match": r"match(?:es)?|game", "tournament": r"tournament|championship|cup final", "visit": r"visit(?:s|ed|ing)?", "school start": r"starts? school|first day of school|(?:first )?day at (?:school|kindergarten)", "first day": r"first day(?! of school)(?! at (?:school|kindergarten))",
    "deadline": r"due|hand(?:ed|ing)? in|deadline|submit(?:ted|ting)?", "lesson": r"lessons?|class(?:es)?", "meeting": r"meetings?|meeting (?:with )?", "appointment": r"appointments?", "therapy": r"therapy|therapist", "prize": r"won|prize|award", "hearing test": r"hearing test",
    "job start": r"start(?:s|ed|ing)? (?:at|my new job|a new job|work)", "pregnancy": r"pregnan\w+", "graduation": r"graduat\w+",
}
_BUT_NOT = r"(?!\s+(?:films?|movies?|books?|dress|cake|shoes|songs?|story|videos?|podcasts?|documentary|series|season|crash(?:es)?|rules|guide|ring|mode|fees?)\b)"
"""A marathon film is no marathon."""
_HEAD = {name: re.compile(rf"\b(?:{pattern})\b{_BUT_NOT}", re.IGNORECASE) for name, pattern in _HEADS.items()}
_OF = {"appointment": frozenset({"dentist", "therapy"}), "prize": frozenset({"tournament", "match", "race"}), "party": frozenset({"party"}), "trip": frozenset({"flight"}), "meeting": frozenset({"visit"})}
"""Kinds that may name one and the same: an appointment is at the dentist's, a tournament is won."""

_KIN: Mapping[str, str] = {
    "mother": r"mother|mom|mum|mama", "father": r"father|dad|papa", "parents": r"parents|folks", "sister": "sister", "brother": "brother", "son": "son", "daughter": "daughter", "grandmother": r"grandma|grandmother|nan|granny",
    "grandfather": r"grandpa|grandfather|grandad", "uncle": "uncle", "aunt": "aunt", "cousin": "cousin", "niece": "niece", "nephew": "nephew", "husband": "husband", "wife": "wife", "partner": "boyfriend|girlfriend|partner", "ex": "ex",
    "friend": "friend", "flatmate": "flatmate|roommate", "boss": "boss", "colleague": "colleague", "cat": "cat|kitten", "dog": "dog|puppy", "rabbit": "rabbit", "baby": "baby", "in-laws": "in-laws", "goldfish": "goldfish", "hamster": "hamster",
}
_OTHER = re.compile(r"\b(?:" + "|".join(f"(?P<k{n}>{pattern})" for n, pattern in enumerate(_KIN.values())) + r")\b(?:['’]s)?", re.IGNORECASE)
_NAME = re.compile(r"(?<=[a-z,] )(?-i:[A-Z])[a-z]+\b(?!['’]m)|^(?-i:[A-Z])[a-z]+(?=['’]s )")
_BESIDE = re.compile(r"\b(?:with|for|to|at|on|in|from|by|because|over)\s+(?:my |our |the |his |her )?$", re.IGNORECASE)
_MINE = re.compile(r"\b(?:i|i['’]m|i['’]ve|we|we['’]re|my (?!(?:best )?(?:\w+ )?(?:" + "|".join(_KIN.values()) + r")\b)|our)\b", re.IGNORECASE)

_DET = r"(?:the|my|our|an?|his|her|their)"
_BEHIND = re.compile(rf"^\s*(?:(?:at|with|to|in|for|from|of|against|on)\s+(?:{_DET}\s+)?|{_DET}\s+|(?=(?-i:[A-Z])))([\w'’-]+)", re.IGNORECASE)
_BEFORE = re.compile(r"([\w'’-]+)(?:\s+(?:is|are|was|were|got|has been|just))?\s+$", re.IGNORECASE)
_COMMON = frozenset(
    stem(w) for w in """day days week weeks month year today tomorrow tonight yesterday morning evening night weekend monday tuesday wednesday thursday friday saturday sunday january february march april may june july august
    september october november december first last new old big next big great good fine well bad terrible nervous dreading still finally start starts had have passed failed due job it him her them they us over done back took take date noon oclock am pm second
    sold finished survived came come got went think believe know really job time got his half""".split()
)
_OUTCOME = re.compile(
    r"\b(?:went|was|were|passed|failed|nailed|bombed|survived|finished|over|done|got|didn['’]t|came|loved|found|handed|made|played|landed|ran|forgot|won|lost|is out|home from|since|still hurts|said yes|are gone|saw|did|enjoyed|been)\b",
    re.IGNORECASE,
)
_BARE = re.compile(
    r"^\W*(?:(?:so|and|well|ok|yeah|yes|update|btw|phew|ugh|omg)\b\W*)*(?:(?:it|that|this|everything|all)(?:['’]s| is| was)?\s)?(?:all |really |actually |just |pretty |kinda |so )*(?:went|was|turned out|is over|over|done|gone)\b",
    re.IGNORECASE,
)
_VERDICT = frozenset(stem(w) for w in "great good fine well ok okay bad badly terrible terribly awful horrible disaster perfect perfectly amazing smoothly alright better worse expected nice think guess hoped than i thought fun brutal over done really actually lol so ugh phew omg yay wow haha update btw yeah well".split())

_SUPPOSED = re.compile(r"\b(?:hope to|want to|wanna|some day|one day|might|maybe|would like|i['’]d like|used to|if|wish|dream(?:s|ed|t)?)\b", re.IGNORECASE)
_ANOTHER = re.compile(r"\b(?:an?|another|some|two|three|second|third) (?:[\w-]+ )?$", re.IGNORECASE)

_NO_EVENT = (Kind.PROFILE, Kind.PREFERENCE)
_OUTCOMES = (Kind.ACHIEVEMENT, Kind.WELLBEING, Kind.RELATIONSHIP)
_WENT = "How it went:"
_LONGEST_GIST = 600
_TOLD_WITHIN = timedelta(days=10)
_JUST = timedelta(days=2)
_EARLY = timedelta(hours=4)
_NEAR = timedelta(days=7)
_ALIKE = 0.86
"""Cosine (bge-small) from which two mentions with the same words for the event need no agreement but that of time."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A text about an event, taken apart. ``heads`` are kinds of event, ``others`` whose it is when not the speaker's own, ``marks`` stems that
    set it apart, ``at`` when it happens, give or take ``within``; None when it does not say."""

    said_at: datetime
    heads: frozenset[str]
    others: frozenset[str]
    own: bool
    marks: frozenset[str]
    stems: frozenset[str]
    at: datetime | None
    within: timedelta
    told: bool
    bare: bool
    vague: bool
    """It tells of no single event: of a habit, a taste, a wish."""
    another: bool
    """It is brought up as something new: "a show"."""


def mention(text: str, said_at: datetime, happens_at: datetime | None, zone: str) -> Mention:
    """Take a text apart; ``happens_at`` is the time that was resolved for it, where one was."""
    heads = frozenset(name for name, pattern in _HEAD.items() if pattern.search(text))
    when = find_time(text, said_at, zone)
    return Mention(
        said_at=said_at, heads=heads, others=whose(text), own=bool(_MINE.search(text)), marks=_marks(text, heads), stems=content(text) - _COMMON,
        at=happens_at or (when.at if when else None), within=precision(when.words) if when else timedelta(days=1),
        told=bool(_OUTCOME.search(text)), bare=is_bare(text), vague=is_habit(text) or bool(_SUPPOSED.search(text)),
        another=any(_ANOTHER.search(text[: m.start()]) for name in heads for m in _HEAD[name].finditer(text)),
    )


def is_bare(text: str) -> bool:
    """Whether it tells how something went and does not say what: "it went ok"."""
    return bool(_BARE.match(text)) and not content(text) - _VERDICT - _COMMON and not any(pattern.search(text) for pattern in _HEAD.values())


def of_memory(memory: Memory, zone: str) -> Mention:
    return mention(memory.quote, memory.said_at, memory.happens_at, zone)


def same_event(new: Mention, old: Mention, similarity: float | None = None) -> bool:
    """Whether the later mention is of the earlier one's event. ``similarity`` is the cosine of their embeddings, where it is known.

    A bare one ("it went ok") is of what has just been; that nothing else has is for the caller to see (``just_been``).
    """
    if new.vague or old.vague or new.said_at < old.said_at:
        return False
    if new.bare:
        return just_been(old, new.said_at)
    if not _times_agree(new, old):
        return False
    if new.heads and old.heads:
        return bool(_kinds_agree(new, old)) and _owners_agree(new, old) and _marks_agree(new, old)
    return _named_otherwise(new, old, similarity or 0.0)


def _named_otherwise(new: Mention, old: Mention, similarity: float) -> bool:
    """One of them has no word for what it is ("revising for biology tomorrow"): then what sets it apart, or nearly all else, must be the same."""
    shared, dated = new.stems & old.stems, new.at is not None and old.at is not None
    counted = [{word for word in m.stems if word.isdigit()} for m in (new, old)]
    if all(counted) and not counted[0] & counted[1]:
        return False
    if dated and not new.heads and new.stems & old.marks and _owners_agree(new, old):
        return True
    fresh = old.at is not None and new.told and timedelta(0) <= new.said_at - old.at <= _JUST
    return len(shared) >= 2 and _owners_agree(new, old) and (dated or fresh or (new.told and similarity >= _ALIKE))


def just_been(old: Mention, now: datetime) -> bool:
    """Whether an event was to happen in the last two days."""
    return old.at is not None and bool(old.heads) and not old.vague and -_EARLY <= now - old.at <= _JUST


def event_of(new: Memory, known: Sequence[Candidate], zone: str) -> Memory | None:
    """The memory, of those that hold in the same audience, that tells of the same event as a new one; None when there is none."""
    if new.kind in _NO_EVENT:
        return None
    mine = of_memory(new, zone)
    for candidate in sorted(known, key=lambda c: c.dense, reverse=True):
        old = candidate.memory
        if old is None or old.kind in _NO_EVENT or old.audience != new.audience or old.superseded_by or old.pinned:
            continue
        if same_event(mine, of_memory(old, zone), candidate.dense):
            return old
    return None


def just_over(said_at: datetime, known: Sequence[Memory], zone: str) -> Memory | None:
    """The one event that has just been: what "it went ok" is about. None when several have been, or none."""
    been = [m for m in known if m.resolved_at is None and m.said_at < said_at and just_been(of_memory(m, zone), said_at)]
    return been[0] if len(been) == 1 else None


def joined(new: Memory, old: Memory, zone: str) -> Memory:
    """One memory of an event from two mentions of it: planned, then told how it went. It keeps the quote that says what it is, and its gist
    tells both."""
    told = old.happens_at is not None and old.happens_at - _EARLY <= new.said_at and of_memory(new, zone).told
    lasting = replace(
        old, id=0, said_at=new.said_at, gist=_both(old.gist, new.gist), happens_at=old.happens_at or new.happens_at, importance=max(old.importance, new.importance),
        sensitive=old.sensitive or new.sensitive, shareable=old.shareable and new.shareable, emotion=old.emotion if new.emotion == "neutral" else new.emotion,
        participants=both(old.participants, new.participants), place=old.place or new.place, ends_at=old.ends_at or new.ends_at, recurs=old.recurs or new.recurs,
    )
    if not told:
        return lasting
    kind = new.kind if new.kind in _OUTCOMES else Kind.EXPERIENCE if old.kind is Kind.PLAN else old.kind
    return replace(went(lasting, new.quote, new.said_at), gist=went(old, new.quote, new.said_at).gist, kind=kind)


def _both(first: str, then: str) -> str:
    """Two gists as one, unless the second adds nothing or it would become a story."""
    return f"{first} {then}" if content(then) - content(first) and len(first) + len(then) <= _LONGEST_GIST else first


def went(old: Memory, words_said: str, said_at: datetime) -> Memory:
    """The memory of an event, completed by how it went, in their own words."""
    told = f"{_WENT} “{words_said.strip()}”"
    return replace(old, id=0, said_at=said_at, gist=f"{old.gist.partition(_WENT)[0].strip()} {told}", resolved_at=said_at, shareable=False)


def outcome(memory: Memory) -> str:
    """How it went, in their own words; "" while that is not known."""
    return memory.gist.partition(_WENT)[2].strip(" “”")


def _kinds_agree(new: Mention, old: Mention) -> frozenset[str]:
    wider = {w for h in old.heads for w in _OF.get(h, ())} | {h for h, of in _OF.items() if of & old.heads}
    return new.heads & (old.heads | wider)


def _times_agree(new: Mention, old: Mention) -> bool:
    if new.at is not None and old.at is not None:
        within = max(new.within, old.within)
        # "The crash on sunday": without a verb that says so, the sunday that was is meant as well as the one that comes.
        back = new.at - timedelta(days=7) if new.told and new.at > new.said_at else new.at
        return abs(new.at - old.at) <= within or abs(back - old.at) <= within
    if old.at is not None:
        late = new.said_at - old.at
        return -_EARLY - old.within < late <= _TOLD_WITHIN + old.within if new.told and late > -_EARLY - old.within else late <= old.within and not new.told
    if new.at is not None:
        return -_NEAR <= new.at - old.said_at <= _TOLD_WITHIN if not old.told else abs(new.at - old.said_at) <= timedelta(days=1)
    return new.said_at - old.said_at <= _JUST and not (old.told and new.told and not new.heads)


def _owners_agree(new: Mention, old: Mention) -> bool:
    if new.others and old.others:
        return bool(new.others & old.others)
    if new.others or old.others:
        # "The wedding" may be hers; "my wedding" is not.
        one = new if old.others else old
        other = old if old.others else new
        return not one.own and one.said_at >= other.said_at or bool(other.others & one.stems)
    return True


def _marks_agree(new: Mention, old: Mention) -> bool:
    if new.marks and old.marks:
        return any(means(mark, old.marks | old.stems) for mark in new.marks)
    dated = new.at is not None and old.at is not None
    return dated or not new.another and (new.told or not new.marks)


def whose(text: str) -> frozenset[str]:
    """Whom it happens to: relatives, friends, pets and people by name. Who comes along ("dinner with my ex"), or is told of behind "I", is not."""
    names, mine = tuple(_KIN), _MINE.search(text)
    first = mine.start() if mine else len(text)
    kin = {names[int(key[1:])] for m in _OTHER.finditer(text) if m.start() <= first and not _BESIDE.search(text[: m.start()]) for key, found in m.groupdict().items() if found}
    named = {stem(m[0].lower()) for m in _NAME.finditer(text) if text[m.end() : m.end() + 2] in ("'s", "’s") or text[max(0, m.start() - 7) : m.start()].endswith("friend ")}
    return frozenset(kin | named)


def _marks(text: str, heads: frozenset[str]) -> frozenset[str]:
    """What sets it apart: the word before the event and the one behind its preposition ("chemistry final", "interview at the museum")."""
    found: set[str] = set()
    for name in heads:
        for match in _HEAD[name].finditer(text):
            before, behind = _BEFORE.search(text[: match.start()]), _BEHIND.match(text[match.end() :])
            found |= {w for m in (before, behind) if m for w in _telling(m[1])}
    return frozenset(found)


def _telling(word: str) -> frozenset[str]:
    kin = {stem(w) for w in words(word) if _OTHER.fullmatch(w)}
    return frozenset(s for s in content(word) if s not in _COMMON and s not in kin and not any(p.fullmatch(s) for p in _HEAD.values()))
