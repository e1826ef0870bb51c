"""Where a persona's knowledge ends, decided before the model is asked; and which of its own notes fit what is being talked of.

Three borders: its era (nobody in 1890 has heard of aeroplanes), what no companion without a window can know (today's weather,
tonight's score), and the fields that the card names. A field is known by nearness: cosine of sentence vectors, together with
shared words.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bot.mind.eras import later_than
from bot.mind.fields import fields, named
from bot.mind.persona import LORE_LONGEST, Knowledge, LoreNote, Persona
from bot.mind.salience import sentences
from bot.mind.words import content

_ASKS = re.compile(
    r"[?？]\s*$|^\W*(?:(?:hey|so|and|ok|okay|well|please|btw|by the way)\W+)*(?:(?:is|are|was|were|does|do|did|can|could|should|would|will|has|have|may)\b(?! you\b)|what|when|where|who|whose|why|which|how|is it|are there|does|did|do you know|can you|could you|would you|explain|tell me|"
    r"describe|define|name|list|give me|help me|show me|teach me|walk me through|write|solve|calculate|compute|convert|translate|summari[sz]e|recommend|any idea|ever heard|remind me (?:how|what|who|when))\b"
    r"|\b(?:i (?:wonder|wanna know|want to know|need to know|was wondering)|any idea|any clue|no idea|got a question)\b",
    re.IGNORECASE,
)
_OF_THE_PERSONA = re.compile(
    r"\b(?:your (?:favou?rite|name|opinion|day|mood|plans?|life|friends?|thoughts?|dream)|(?<!how )(?:are|were|do|did|have|would|will) you (?!know\b|think\b|have any idea|happen to know|explain|tell|help)|how are you|how do you (?:feel|like|sleep|cope)|who are you|what are you|you feel)\b",
    re.IGNORECASE,
)
_LIVE = re.compile(
    r"\b(?:weather|forecast|temperature)\b[^.!?]*\b(?:now|today|tonight|tomorrow|outside|here|like|this (?:week|weekend|evening|afternoon|morning))\b|\bis it (?:going to |gonna )?(?:rain|snow|sunny|cold|hot|raining|snowing)\w*\b(?:[^.!?]*\b(?:now|today|tonight|tomorrow|outside|here)\b|\W*$)|\bwill it (?:rain|snow)\b"
    r"|\b(?:latest|breaking|today['’]?s|tonight['’]?s|this morning['’]?s|yesterday['’]?s|current|newest) (?:news|headlines?|scores?|results?|prices?|rate|weather|match|game|episode|exchange rate)\b|\bwhat(?:['’]?s| is) (?:in the news|on the news|on tv|on telly|happening in the world|trending)\b|\bin the news (?:today|right now|this week)\b"
    r"|\bwho (?:won|is winning|scored|is playing|plays|lost)\b[^.!?]*\b(?:today|tonight|yesterday|last night|right now|this (?:week|weekend|season|year)|the (?:match|game|race|election) (?:today|tonight|yesterday))\b|\b(?:score|result) of (?:the|last night['’]?s|yesterday['’]?s) (?:match|game|race|election)\b"
    r"|\b(?:price|cost|rate|value) of [^.!?]*\b(?:now|today|right now|at the moment|currently)\b|\b(?:stock|share|bitcoin|petrol|gas|gold|oil) prices?\b[^.!?]*\b(?:now|today|right now|doing|currently|at the moment|going|up|down)\b|\bhow(?:['’]?s| is| are| did) (?:the (?:traffic|stock market|market|markets)|bitcoin)\b"
    r"|\b(?:is|are) (?:the )?[\w' ]{2,40} (?:open|closed|running late|delayed|on time|sold out)\b[^.!?]*\b(?:now|today|tonight|right now|this morning|tomorrow|on sunday|still|at the moment)\b|\bwhat time (?:does|is) the next (?:bus|train|tram|flight|ferry)\b|\bwhen(?:['’]?s| is| does) the next (?:bus|train|tram|flight|ferry)\b|\btraffic (?:like|on|now)\b",
    re.IGNORECASE,
)

Why = Literal["later", "live", "field"]

_SHARED = 0.12
"""What a shared word adds to a cosine."""

_NAMED = 0.1
"""What a word of a field that the card names, on one side only, adds to a cosine."""

_FITS, _FITS_ALONE = 0.62, 0.74
"""Nearness from which a note is told when a word is shared too, and without one."""

_LINES, _ROOM = 2, 360
"""Notes that reach the prompt, and their characters together."""


@dataclass(frozen=True, slots=True)
class Beyond:
    """Why something is beyond a persona, and what it is."""

    why: Why
    thing: str = ""

    @property
    def note(self) -> str:
        """For the planner's note."""
        return {
            "later": f"You have never heard of {self.thing}.",
            "live": "You cannot know that: you see no news, no weather, no results.",
            "field": "You know nothing about this field.",
        }[self.why]

    @property
    def reason(self) -> str:
        """For the person who asks why."""
        return {
            "later": f"in my time nobody had heard of {self.thing}",
            "live": "it is about today's world, which I cannot see",
            "field": "it is beyond what I know",
        }[self.why]


@dataclass(frozen=True, slots=True)
class Nearness:
    """How near a message is, in meaning, to each field of a card: cosines in the order of the card."""

    knows: tuple[float, ...] = ()
    cannot_know: tuple[float, ...] = ()


def asks_the_world(text: str) -> bool:
    """Whether a message wants to know or to have something, and not about the persona itself."""
    asked = [s for s in sentences(text) if _ASKS.search(s)]
    return any(not _OF_THE_PERSONA.search(s) for s in asked)


def beyond(text: str, knowledge: Knowledge, near: Nearness = Nearness()) -> Beyond | None:
    """Whether a message is beyond a persona; None when it is not, or does not ask for anything."""
    if knowledge.era is not None and (thing := later_than(text, knowledge.era)):
        return Beyond("later", thing)
    if not asks_the_world(text):
        return None
    if _LIVE.search(text):
        return Beyond("live")
    measured = near != Nearness()
    return Beyond("field") if distance(text, knowledge, near) > (knowledge.edge if measured else 0.0) else None


def distance(text: str, knowledge: Knowledge, near: Nearness) -> float:
    """How much nearer a question is to what the persona cannot know than to what it knows."""
    about, home, foreign = fields(text), named(knowledge.knows), named(knowledge.cannot_know)
    inside = _nearest(text, knowledge.knows, near.knows) + _NAMED * bool(about & (home - foreign))
    outside = _nearest(text, knowledge.cannot_know, near.cannot_know) + _NAMED * bool(about & (foreign - home))
    return outside - inside


_EXPLAINS_AFTER_ALL = re.compile(
    r"\bbut,? (?:i (?:can|could|will) (?:tell|say|explain|help)|i (?:do )?(?:know|think|believe|heard)|usually|generally|(?:it|they|that)(?:['’]s|['’]re| is| are| can| should))\b", re.IGNORECASE
)
_DECLINES = re.compile(
    r"\b(?:never|not|no|nothing|cannot|\w*n['’]t)\b[^.!?]*\b(?:heard|know|idea|clue|tell you|say|see|sure|field|chart|guess|window|learning|of that|that one|told|thing|such|answer|for me|mine)\b"
    r"|\b(?:beyond|outside|past) (?:me|my|what|the edge)|\bno (?:idea|clue|window|data|answer)\b|\ba what\b|\bwhat(?: in [\w ]+)? is (?:an? |this |that )|\bnews to me\b|不知道|不懂|不清楚|没听说|说不上|看不到|隔行",
    re.IGNORECASE,
)
_EXPLAINS = 45
"""Words; who says more than that has begun to explain."""


def declines(draft: str, persona: Persona) -> bool:
    """Whether a reply says that something is beyond the persona, and leaves it there."""
    if draft.strip() in persona.knowledge.decline:
        return True
    return bool(_DECLINES.search(draft)) and not _EXPLAINS_AFTER_ALL.search(draft) and len(draft.split()) <= _EXPLAINS


def declining(persona: Persona) -> tuple[str, ...]:
    """How this persona says that something is beyond it."""
    return persona.knowledge.decline or ("I don't know that one, and I won't guess.",)


def _nearest(text: str, fields: Sequence[str], cosines: Sequence[float]) -> float:
    """The mean of the two nearest fields: one alone is often an accident."""
    words = content(text)
    scores = sorted((cosine + _SHARED * bool(words & content(field)) for field, cosine in zip(fields, cosines, strict=False)), reverse=True)
    return sum(scores[:2]) / len(scores[:2]) if scores else 0.0


def fitting(text: str, notes: Sequence[LoreNote], cosines: Sequence[float]) -> tuple[str, ...]:
    """The notes worth telling for a message, best first; mostly none. ``cosines`` has one for each note, or none at all (no embedder)."""
    words = content(text)
    scored = []
    for i, note in enumerate(notes):
        cosine = cosines[i] if i < len(cosines) else 0.0
        called = any(re.search(rf"\b{re.escape(key)}\b", text, re.IGNORECASE) for key in note.keys)
        shared = len(words & content(note.text))
        if called or (shared and cosine + _SHARED * (shared - 1) >= _FITS) or cosine >= _FITS_ALONE:
            scored.append((cosine + _SHARED * shared + called, note.text))
    scored.sort(key=lambda pair: -pair[0])
    kept: list[str] = []
    for _, told in scored[:_LINES]:
        if sum(map(len, kept)) + len(told) <= _ROOM or not kept:
            kept.append(told[:_ROOM])
    return tuple(kept)


_HEADING = re.compile(r"^#{1,6}\s+(?P<title>.*)$")
_KEYS = re.compile(r"\s*\((?:keys?|words?):\s*(?P<keys>[^)]*)\)\s*$", re.IGNORECASE)


def read_notes(text: str) -> tuple[LoreNote, ...]:
    """Paragraphs of a knowledge file. A heading may name the words that call up what stands under it: ``# Duff (keys: pudding,
    duff)``; headings themselves are not told. Paragraphs longer than a note are cut at sentences."""
    notes: list[LoreNote] = []
    keys: tuple[str, ...] = ()
    for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n")):
        lines = block.strip().splitlines()
        while lines and (heading := _HEADING.match(lines[0])):
            named = _KEYS.search(heading["title"])
            keys = tuple(key.strip() for key in named["keys"].split(",") if key.strip()) if named else ()
            lines = lines[1:]
        notes += [LoreNote(piece, keys) for piece in _pieces(" ".join(" ".join(lines).split()))]
    return tuple(notes)


def _pieces(paragraph: str) -> list[str]:
    """At most a note long each, cut at sentences where there are any."""
    pieces: list[str] = []
    for sentence in sentences(paragraph):
        for start in range(0, len(sentence), LORE_LONGEST):
            part = sentence[start : start + LORE_LONGEST]
            if pieces and len(pieces[-1]) + len(part) < LORE_LONGEST:
                pieces[-1] += " " + part
            else:
                pieces.append(part)
    return [piece for piece in pieces if piece.strip()]
