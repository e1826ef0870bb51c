"""Decide what a reply should do, before any word of it is written: the strategy, the memories to use, and the note that tells
the model so. The note never reaches the person."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.mind.approach import Approach
from bot.mind.consolidate import at_odds
from bot.mind.coreference import outcome
from bot.mind.empathy import FEELING, Intent, Reading
from bot.mind.events import Kind, Memory, Turn
from bot.mind.extraction import SENSITIVE, guess_kind
from bot.mind.heard import bounds_heard
from bot.mind.knowledge import Beyond
from bot.mind.persona import Persona
from bot.mind.recall import Found
from bot.mind.retell import address
from bot.mind.salience import sentences
from bot.mind.spine import corrects, principle, pushed
from bot.mind.support import Strategy
from bot.mind.supposing import supposes
from bot.mind.times import day_words, part_of_day
from bot.mind.topics import ATTRIBUTES, BODILY, NAMING, means, topics
from bot.mind.weaving import MOST, Thread, Use, bounds, lately, weave
from bot.mind.words import content, words

_SAME = 0.75
"""Cosine from which a memory is near enough to speak of without a shared word (bge-small: unrelated lines reach 0.65)."""

_NEAR = 0.58
"""Cosine from which a shared word is no accident."""

_INTRODUCES = re.compile(r"\b(?:my name is|call me|i live|i work|i study|i teach|i drive|i'?m from|i'?m an?|(?-i:I'?m|I am) (?-i:[A-Z])[a-z]+)\b", re.IGNORECASE)

_USES_LORE = frozenset({"answer", "opinion", "react"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What the reply is to do."""

    strategy: str
    note: str
    """For the model, on the last turn."""
    reason: str
    """For the person who asks why."""
    used: tuple[Found, ...] = ()
    """What it may speak of."""
    unsaid: tuple[Thread, ...] = ()
    """What it keeps in mind or leaves alone."""
    careful: bool = False
    """Drafts are judged as a whole before a word is sent; otherwise the reply streams, judged sentence by sentence."""
    did: Strategy | None = None
    """The strategy of support that it follows, where one was chosen."""
    language: str = ""
    """The language of the reply, as in ``Persona.languages``; "" is left open."""

    @property
    def memories(self) -> tuple[int, ...]:
        """Ids of all that was put into the prompt."""
        return tuple(f.memory.id for f in (*self.used, *(t.found for t in self.unsaid)) if f.memory is not None and f.memory.id)


def plan(
    text: str, reading: Reading, found: Sequence[Found], history: Sequence[Turn], persona: Persona, now: datetime, zone: str,
    outside: Beyond | None = None, approach: Approach | None = None,
) -> Plan:
    """Choose for one message. ``found`` is best first; ``history`` the turns before it, oldest first; ``outside`` says that it is beyond
    what the persona knows of the world; ``approach`` is how to be there for them, None leaves it to the message alone."""
    moment = part_of_day(now, zone)
    if personal := _between_us(text, reading, found, history, persona, moment, now, zone):
        return personal
    if supposes(text, history) and not any(relevant(text, f) for f in found):
        do = "say gently that you do not know of it, and ask about it; tell nothing of it."
        return _make(moment, "admit", do, "you spoke of something as if I knew it, and I do not", careful=True, nothing=True)
    heard = bounds_heard(text, history, found, now)
    fresh = [*(f for f in found if f.memory is not None and f.memory.words not in text and not lately(f, history, now)), *heard]
    threads = weave([f for f in (*found, *heard) if f.memory is not None and relevant(text, f)], text, history, now)
    woven = [t.found for t in threads if t.use is Use.MENTION]
    # Joy about a feast does not make it bearable for a sick stomach: what bounds them comes first.
    warned = reading.intent is Intent.CELEBRATE and any(bounds(f) for f in woven)
    mood = None if warned else _mood(reading, persona)
    if mood is not None:
        strategy, do, reason = mood
        return _supportive(_make(moment, strategy, do, reason, careful=strategy == "comfort"), approach, text, reading)
    if reading.intent is Intent.GREET:
        return _greeting(fresh, moment, now, zone)
    if odd := _never_asked([t.found for t in threads if t.use is not Use.AVOID and t.found in fresh], fresh):
        return _which(odd, moment, now, zone)
    if outside is not None and (outside.why != "field" or not woven):
        note = f"{moment}. {outside.note} Do: say so in your own way; explain nothing."
        return Plan(strategy="decline", note=note, reason=outside.reason, careful=True)
    planned = _weaving(woven, persona, moment, now, zone) or _supportive(_everyday(text, reading, persona, moment, now), approach, text, reading)
    return _with_unsaid(planned, [t for t in threads if t.use is not Use.MENTION], now, zone)


def _weaving(woven: Sequence[Found], persona: Persona, moment: str, now: datetime, zone: str) -> Plan | None:
    """Bring up what is to be mentioned; None when nothing is."""
    if not woven:
        return None
    tone = "teasing" if persona.teasing >= 0.5 and woven[0].memory and not woven[0].memory.sensitive else "gently"
    do = f"{'remind them of that' if bounds(woven[0]) else 'bring that up'}, {tone}."
    return _make(moment, "weave in", do, "what you told me before matters here", woven, now, zone, careful=True)


def _with_unsaid(planned: Plan, threads: Sequence[Thread], now: datetime, zone: str) -> Plan:
    """The plan with what it is not to say: some of it shapes the answer, some is left alone. Then drafts are judged as a whole."""
    if not threads:
        return planned
    mind = "; ".join(_told(t.found, now, zone) for t in threads if t.use is Use.KEEP_IN_MIND)
    alone = "; ".join(_told(t.found, now, zone) for t in threads if t.use is Use.AVOID)
    aside = (f" Keep in mind, without saying it again: {mind}." if mind else "") + (f" Do not bring up: {alone}." if alone else "")
    before, do, after = planned.note.partition(" Do: ")
    return replace(planned, note=f"{before}{aside}{do}{after}", unsaid=tuple(threads), careful=planned.careful or bool(alone))


def _between_us(
    text: str, reading: Reading, found: Sequence[Found], history: Sequence[Turn], persona: Persona, moment: str, now: datetime, zone: str
) -> Plan | None:
    """What is about the two of them comes before all else: what it is, what it said, what it was told."""
    if reading.intent is Intent.ASK_HUMAN:
        return _make(moment, "be honest", "be honest about being a program.", "you asked whether I am human", careful=True)
    if upright := _upright(text, history, persona, moment):
        return upright
    if reading.intent is Intent.ASK_SELF:
        # What they said a minute ago may not have been thought over yet, but it was heard.
        heard = [Found(score=0.0, turn=t) for t in reversed(history) if not t.by_bot]
        return _about_themselves(text, [*found, *heard], moment, now, zone)
    return None


_COMFORTS: Mapping[Strategy, str] = {
    Strategy.QUESTION: "comfort: ask one gentle question about it; no jokes, no advice.",
    Strategy.RESTATEMENT: "comfort: say in your own words what happened to them; no jokes, no advice.",
    Strategy.REFLECTION: "comfort: name the feeling you hear; no jokes, no advice.",
    Strategy.AFFIRMATION: "comfort: say that it makes sense to feel so; no jokes, no advice.",
    Strategy.QUIET_COMPANY: "comfort: a few words, you are here; ask nothing, no advice.",
    Strategy.SUGGESTION: "comfort, then name one small thing they could do, as an idea; no lecture.",
    Strategy.INFORMATION: "comfort, then say one thing that helps to understand it; no lecture.",
}
"""What the note says where it hurts."""

_TELLS: Mapping[Strategy, str] = {
    Strategy.REFLECTION: "say how it seems to feel for them, in one sentence.",
    Strategy.AFFIRMATION: "take it up, and say what they do well there.",
    Strategy.PRAISE: "take it up, and praise one thing in it.",
    Strategy.DISAGREEMENT: "disagree with something in it, with a reason.",
    Strategy.SUGGESTION: "take it up, and name one small thing they could try, as an idea.",
}
"""What it says where they only tell; what is not listed is said as ever."""

_JUST_DO = "do what they asked, and only that."

_DOES: Mapping[str, Mapping[Strategy, str]] = {
    "comfort": _COMFORTS, "care": _COMFORTS, "react": {**_TELLS, **dict.fromkeys((Strategy.INFORMATION, Strategy.OTHER), _JUST_DO)},
    "answer": dict.fromkeys((Strategy.INFORMATION, Strategy.OTHER), _JUST_DO),
    "opinion": {Strategy.SUGGESTION: "name one small thing they could do, and why; no lecture."},
}


def _supportive(planned: Plan, approach: Approach | None, text: str, reading: Reading) -> Plan:
    """The plan with a concept before the words: what they feel, what it is about, what to do. As it was where nothing was chosen, and
    where a question or a joke asks for nothing of the kind, or where it is to disagree."""
    does = _DOES.get(planned.strategy)
    stance = planned.strategy == "opinion" and " Do: disagree" in planned.note
    if approach is None or does is None or stance or (approach.strategy not in does and planned.strategy in ("answer", "opinion")):
        return planned
    before, _, usual = planned.note.partition(" Do: ")
    concept = f" They feel {reading.emotion}." if reading.emotion != "neutral" else ""
    about = _topic(text)
    concept += f" It is about {about}." if about and concept else ""
    return replace(
        planned, note=f"{before}{concept} Do: {does.get(approach.strategy, usual)}", reason=f"{planned.reason}; {approach.reason}", did=approach.strategy,
    )


def _topic(text: str) -> str:
    """The word of a message that it is most likely about: the longest of those that carry meaning."""
    carrying = [word for word in words(text) if content(word) and not FEELING.search(word)]
    return max(carrying, key=len, default="")


def _upright(text: str, history: Sequence[Turn], persona: Persona, moment: str) -> Plan | None:
    """When an opinion is pushed it stays; when it got something of theirs wrong it says so."""
    if opinion := pushed(text, history, (*persona.openings.disagree, *persona.openings.stand)):
        # A push ("come on, everybody says so") is about nothing: what the opinion is about calls for a value, if anything does.
        value = principle(opinion, persona.values)
        held = f" You hold that {value.says}." if value else ""
        note = f"{moment}. You said: {_quoted_own(opinion)}.{held} Do: keep to what you said, kindly, with one reason."
        return Plan(strategy="stand", note=note, reason="I had said what I think, and saying it again is no reason to change it", careful=True)
    if history and corrects(text):
        note = f"{moment}. You got something wrong about them. Do: say sorry once, in a few words, and take over what they said."
        return Plan(strategy="apologise", note=note, reason="you said that I got it wrong", careful=True)
    return None


def _quoted_own(said: str) -> str:
    return '"' + " ".join(said.replace('"', "'").split()).rstrip(".!") + '"'


def with_lore(planned: Plan, lines: Sequence[str]) -> Plan:
    """The plan with what the persona itself knows of the matter, where the reply may use it."""
    if not lines or planned.strategy not in _USES_LORE:
        return planned
    told = "; ".join('"' + line.replace('"', "'") + '"' for line in lines)
    before, do, after = planned.note.partition(" Do: ")
    return replace(planned, note=f"{before} You know from your own lore: {told}.{do}{after}")


def relevant(text: str, found: Found) -> bool:
    """Whether what was found has to do with a message, and not only resembles it."""
    known = f"{found.memory.gist} {found.memory.quote}" if found.memory else _words_of(found)
    if found.memory is not None and found.memory.kind is Kind.PROFILE and not supported(text, found):
        return False
    if bounds(found) and topics(text) & topics(known) & BODILY:
        return True
    stems = content(known)
    return found.dense >= _SAME or (found.dense >= _NEAR and any(means(word, stems) for word in content(text)))


_RANG = re.compile(r"\bcall(?:ed|ing)? (?:you|me|us|him|her|them)\b", re.IGNORECASE)
"""A telephone: no question for a name."""


def supported(question: str, found: Found) -> bool:
    """Whether a memory or an old turn can answer a question about the person's own life: more than half of the words that
    carry the question must be in it, or near synonyms, or be what a profile answers."""
    asked = content(_RANG.sub(" ", question))
    if found.memory is not None:
        known = content(found.memory.gist) | content(found.memory.quote)
        profile = found.memory.kind is Kind.PROFILE
    else:
        said = _words_of(found)
        known, profile = content(said), bool(_INTRODUCES.search(said))
    if not asked:
        return False
    named = bool(names_in(_words_of(found)))
    met = sum(means(word, known) or (profile and word in ATTRIBUTES) or (named and word in NAMING) for word in asked)
    share = met / len(asked)
    # "What's my name and what do I repair?" asks two things; each may have a memory of its own.
    return share > 0.5 or (profile and share == 0.5 and " and " in question.lower())


def _about_themselves(
    text: str, found: Sequence[Found], moment: str, now: datetime, zone: str
) -> Plan:
    if not content(text):
        known = [f for f in found if f.memory is not None][:MOST]
    else:
        known = [f for f in found if supported(text, f)]
    if known:
        # A memory and the turn it came from say the same: the memory stands for both.
        known.sort(key=lambda f: f.memory is None)
        known = [f for i, f in enumerate(known) if not any(_words_of(f) in _words_of(k) or _words_of(k) in _words_of(f) for k in known[:i])][:MOST]
        if odd := _odd_pair(known):
            return _which(odd, moment, now, zone)
        return _make(moment, "answer from memory", "answer from that, and say no more than it says.", "you asked about yourself, and I knew", known, now, zone, careful=True)
    return _make(moment, "admit", "say so, and ask.", "I know nothing about it and will not invent", careful=True, nothing=True)


def _odd_pair(found: Sequence[Found]) -> tuple[Found, ...]:
    """Two of these that cannot both be true; none when there are no such two."""
    pair = at_odds([f.memory for f in found if f.memory is not None])
    return tuple(f for memory in pair or () for f in found if f.memory == memory)


def _never_asked(woven: Sequence[Found], fresh: Sequence[Found]) -> tuple[Found, ...]:
    """Such a pair that what they say now has to do with; only before it was ever brought up."""
    pair = _odd_pair(fresh) if woven else ()
    return pair if any(f in woven for f in pair) and not all(f.memory and f.memory.used_at for f in pair) else ()


def _which(pair: Sequence[Found], moment: str, now: datetime, zone: str) -> Plan:
    do = "say in passing that they told you both, and ask which of the two is right."
    return _make(moment, "ask which", do, "you told me two things that cannot both be true", pair, now, zone, careful=True)


def _mood(reading: Reading, persona: Persona) -> tuple[str, str, str] | None:
    if reading.intent is Intent.COMFORT:
        return "comfort", "comfort; no jokes, no advice.", "it sounded as if it hurt"
    if reading.intent is Intent.CELEBRATE:
        return "celebrate", "be glad with them, and say what was good about it.", "it was good news"
    if reading.intent is Intent.GOODBYE:
        return "goodbye", "say goodbye in a few words; ask nothing.", "you were leaving"
    return None


def _greeting(fresh: Sequence[Found], moment: str, now: datetime, zone: str) -> Plan:
    near = [f for f in fresh if f.memory and f.memory.happens_at and not f.memory.resolved_at and abs(f.memory.happens_at - now) < timedelta(days=2)]
    if near:
        ask = "greet them and ask how that went." if near[0].memory and _over(near[0].memory, now, zone) else "greet them and ask about that."
        return _make(moment, "greet", ask, "you had told me about it, and it is near", near[:1], now, zone, careful=True)
    return _make(moment, "greet", "greet them back in a few words.", "you said hello")


_BELITTLES = re.compile(
    r"\bi(?:['’]m| am) (?:just |simply |far |way |probably |really )*(?:too (?:old|stupid|dumb|fat|ugly|weak|slow|lazy|boring|late)|not (?:good|smart|clever|pretty|strong|made|cut out|worth)|(?:an? |such an? )?(?:failure|idiot|loser|burden|fraud|coward)\b"
    r"|weak|stupid|worthless|useless)\b|\bit['’]?s weak\b|\bi should (?:just )?(?:quit|give up|drop out)\b",
    re.IGNORECASE,
)
"""What somebody says against themselves: a friend who is asked to agree does not."""


NO_MERE_YES = "no mere yes"
"""What the note says where they want to be agreed with."""

_LEADS = re.compile(r"\byou agree\b|\b(?:don['’]?t|do) you (?:agree|think so)\b|\bright\?\W*$|\bdon['’]?t you think\b|\b(?:isn|aren|doesn|don)['’]?t (?:it|they|that)\?\W*$|对吧|是吧|对不对", re.IGNORECASE)


def _everyday(text: str, reading: Reading, persona: Persona, moment: str, now: datetime) -> Plan:
    if reading.intent is Intent.ASK_OPINION:
        against = persona.teasing >= 0.5 or bool(_BELITTLES.search(text)) or any(thing in text or content(thing) & content(text) for thing in persona.dislikes)
        own = f"say honestly what you think{', ' + NO_MERE_YES if _LEADS.search(text) else ''}."
        return _opinion(text, persona, moment, "disagree, with a reason." if against else own)
    if reading.intent is Intent.ASK:
        return _make(moment, "answer", "answer in one sentence, or say you don't know.", "you asked something")
    if SENSITIVE.search(text) or guess_kind(text, None, now) is Kind.WELLBEING:
        return _make(moment, "care", "take it seriously, and ask one thing; no jokes, no advice.", "it was about your health, or something sad", careful=True)
    return _make(moment, "react", "take it up, tease a little, ask one thing." if persona.teasing >= 0.5 else "show you took it in, and ask one thing.", "you were telling me something")


def _opinion(text: str, persona: Persona, moment: str, do: str) -> Plan:
    """With the value that the question calls for, if it calls for one: left alone, a small model agrees with whatever it is asked."""
    planned = _make(moment, "opinion", do, "you asked what I think", careful=True)
    held = principle(text, persona.values)
    return planned if held is None else replace(planned, note=f"{moment}. You hold that {held.says}. Do: {do}")


def _make(
    moment: str, strategy: str, do: str, reason: str, used: Sequence[Found] = (), now: datetime | None = None, zone: str = "UTC", *,
    careful: bool = False, nothing: bool = False,
) -> Plan:
    told = "; ".join(_told(f, now, zone) for f in used if now is not None)
    known = f" You know: {told}." if told else " You know nothing about this." if nothing else ""
    return Plan(strategy=strategy, note=f"{moment}.{known} Do: {do}", reason=reason, used=tuple(used), careful=careful)


def _told(found: Found, now: datetime, zone: str) -> str:
    """One memory for the note: their own words, and when."""
    if found.memory is None:
        return _quoted(found.turn.text) if found.turn else ""
    when = found.memory.happens_at
    aside = f" (that {'was' if _over(found.memory, now, zone) else 'is'} {day_words(when, now, zone)})" if when else ""
    ended = outcome(found.memory)
    return _quoted(found.memory.words) + aside + (f", and then: {_quoted(ended)}" if ended else "")


def _quoted(said: str) -> str:
    """Their words as one quotation that ends where the note says it ends."""
    return '"' + " ".join(address(said[:200]).replace('"', "'").split()) + '"'


def _words_of(found: Found) -> str:
    return found.memory.words if found.memory else found.turn.text if found.turn else ""


def _over(memory: Memory, now: datetime, zone: str) -> bool:
    """Whether the event has been. Midnight sharp means that they named no hour: then it is over in the evening."""
    if memory.over_at is None:
        return False
    whole_day = memory.over_at.astimezone(ZoneInfo(zone)).time() == time(0)
    return memory.over_at + timedelta(hours=18 if whole_day else 0) < now


def names_in(text: str) -> frozenset[str]:
    """Words with a capital letter that do not begin a sentence, and numbers: what only somebody who was told can know."""
    found = set()
    for sentence in sentences(text):
        for word in sentence.split()[1:]:
            plain = word.strip("\"'“”‘’.,;:!?()*_").split("'")[0].split("’")[0]
            if (plain[:1].isupper() and plain != "I" and not plain.isupper()) or plain.isdigit():
                found.add(plain.lower())
    return frozenset(found) - frozenset(words("I"))


def writing_first_plan(do: str, why: str, memory: Memory, now: datetime, zone: str) -> Plan:
    """For writing first, about this memory: what to do, and why in words that are kept."""
    found = Found(score=1.0, memory=memory)
    return _make(part_of_day(now, zone), "weave in", f"write to them first: {do}", why, [found], now, zone, careful=True)
