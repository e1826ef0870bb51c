"""Who else is in an event, where it is, until when, and how often: read from the person's own words.

Rules find them; what the model adds is only where to look, and is kept where the same words stand in the quote as such words do. Names are
told by their capital letter: who writes all in small letters is asked for no names.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.mind.events import Memory, Participant
from bot.mind.retell import retold
from bot.mind.times import find_end, find_recurrence, find_time

MOST, LONGEST = 4, 60
"""Participants of one event, and characters of a place."""

_KIN = (
    "wife|husband|partner|girlfriend|boyfriend|fianc[eé]e?|mother|mom|mum|father|dad|parents|folks|in-laws|sisters?|brothers?|siblings?|twins?|sons?|daughters?|kids?|child(?:ren)?|baby|"
    "friends?|bestie|aunt|uncle|cousins?|niece|nephew|gran|grandma|grandpa|granny|grand(?:mother|father|parents|son|daughter|kids|children)|(?:mother|father|sister|brother)-in-law|"
    "step(?:mother|father|mum|mom|dad|sister|brother|son|daughter)|ex|crush|neighbou?rs?|colleagues?|co-?workers?|team|flatmates?|roommates?|housemates?|landlord|landlady|boss|manager"
)
_WORK = (
    "doctor|dentist|therapist|counsell?or|psychologist|physio(?:therapist)?|surgeon|midwife|nurse|vet|lawyer|accountant|plumber|electrician|hairdresser|teacher|tutor|professor|supervisor|mentor|"
    "coach|trainer|client|recruiter|choir|band"
)
_PETS = "cats?|dogs?|puppy|puppies|kittens?|rabbits?|hamster|horse|pony|parrot|budgie|tortoise"
_ROLE = rf"(?P<role>{_KIN}|{_WORK}|{_PETS})"
_NO_NAME = (
    r"(?!(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|January|February|March|April|May|June|July|August|September|October|November|December|Spring|Summer|Autumn|Winter|"
    r"Christmas|Easter|Halloween|Ramadan|Eid|Hanukkah|Diwali|Thanksgiving|English|French|German|Spanish|Italian|Chinese|Japanese|Korean|Russian|Arabic|Turkish|Dutch|Polish|Portuguese|Mandarin|"
    r"God|Jesus|I|The|My|Our|We|He|She|They|It|It's|And|But|So|Mr|Mrs|Ms|Dr)\b)"
)
_NAME = rf"(?-i:{_NO_NAME}[A-Z][^\W\d_]+(?:-[A-Z][^\W\d_]+)?)(?!\w)"
_NAMES = rf"(?:{_NAME})(?:\s+(?:{_NAME}|(?-i:de|la|of|upon|am|the)\s+{_NAME}))*"
_OLD = r"(?:(?:old|older|new|little|big|younger|youngest|elder|eldest|best|late|dear|first|former|twin|good|close|school|college|childhood|girl|boy)[- ])*"

_PEOPLE = (
    re.compile(rf"\b(?:my|our)\s+{_OLD}{_ROLE}\b(?:,?\s+(?:is\s+)?(?:called\s+|named\s+)?(?P<name>{_NAME}))?", re.IGNORECASE),
    re.compile(rf"\b(?P<name>{_NAME})(?:,| is| was)\s+(?:my|our)\s+{_OLD}{_ROLE}\b", re.IGNORECASE),
    re.compile(rf"\b(?:an?|the|our|my|two|three)\s+{_OLD}{_ROLE}\s+(?:called|named)\s+(?P<name>{_NAME})", re.IGNORECASE),
    re.compile(rf"\b(?:see|seeing|saw|meet|meeting|met|visit|visiting|visited|call|called|calling|with|at)\s+(?:the|an?)\s+(?P<role>{_WORK})\b", re.IGNORECASE),
    re.compile(rf"\b(?:with|met|meet|meeting|married|marry|marrying|dating|hug(?:ged)?|miss)\s+(?P<name>{_NAME})(?!['’]s)", re.IGNORECASE),
    re.compile(rf"\b(?:with|met|meet|meeting)\s+(?:{_NAME})(?:,\s+{_NAME})*\s+and\s+(?P<name>{_NAME})(?!['’]s)", re.IGNORECASE),
)
_NOUN = (
    r"(?:office|museum|gallery|theatre|theater|cinema|library|bookshop|shop|supermarket|mall|market|park|garden|allotment|beach|lake|river|sea|seaside|forest|woods|mountains?|hills|village|countryside|farm|"
    r"gym|pool|stadium|pitch|court|studio|workshop|garage|kitchen|balcony|attic|basement|flat|apartment|house|hotel|hostel|campsite|restaurant|cafe|café|pub|bar|bakery|club|church|mosque|temple|synagogue|"
    r"cemetery|hospital|clinic|surgery|pharmacy|school|university|college|kindergarten|station|airport|harbour|harbor|port|zoo|vet|bank|embassy|town hall|community cent(?:re|er)|cent(?:re|er)|laundromat|hall|island)"
)
_PLACES = (
    re.compile(rf"\b(?:in|near|outside|around)\s+(?P<place>(?:the\s+)?{_NAMES})(?!['’]s)", re.IGNORECASE),
    re.compile(rf"\bat\s+(?P<place>(?:the\s+)?{_NAMES}(?:['’]s)?)", re.IGNORECASE),
    re.compile(
        rf"\b(?:go|goes|going|went|gone|fly|flies|flying|flew|move|moved|moving|relocat\w+|travel\w*|drive|driving|drove|trip|flight|train|bus|ferry|come|came|coming|headed|heading|off|been|back)\s+(?:back\s+|over\s+)?to\s+"
        rf"(?P<place>(?:the\s+)?{_NAMES})(?!['’]s)", re.IGNORECASE,
    ),
    re.compile(rf"\b(?:in|at|to|near|outside|by|on)\s+(?P<place>(?:the|an?|our|my|their)\s+(?:[\w-]+\s+)?{_NOUN})\b", re.IGNORECASE),
    re.compile(r"\b(?:at|from)\s+(?P<place>home|work|school|uni|university|college|church)\b|\bin\s+(?P<there>hospital|town)\b", re.IGNORECASE),
)
_BEFORE_A_PLACE = re.compile(r"\b(?:in|at|to|near|outside|around|by|on|from|inside)\s+(?:(?:the|an?|our|my)\s+)?$", re.IGNORECASE)
_IN_IT = re.compile(r"^(?:in|at|to|near|outside|around|by|on|from|inside)\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What an event's words say beside what happens: see the fields of ``Memory`` of these names."""

    participants: tuple[Participant, ...] = ()
    place: str = ""
    ends_at: datetime | None = None
    recurs: str = ""


def circumstances(quote: str, said_at: datetime, zone: str, *, hints: Sequence[str] = (), place: str = "") -> Circumstances:
    """Read a quote. ``hints`` (people) and ``place`` are what the model named; they count where the quote bears them out."""
    where = _place(quote) or _borne_out(quote, place, said_at)
    return Circumstances(
        participants=_participants(quote, hints, where), place=where, ends_at=find_end(quote, said_at, zone), recurs=find_recurrence(quote),
    )


def placed(memory: Memory, zone: str) -> Memory:
    """The memory with the circumstances of the words it has now, and no others."""
    read = circumstances(memory.quote, memory.said_at, zone)
    return replace(memory, participants=read.participants, place=read.place, ends_at=read.ends_at, recurs=read.recurs)


def remade(memory: Memory, words: Sequence[str]) -> Memory:
    """A memory that has lost some of the words it rested on, from those that are left, the newest last: nothing in it tells of what is lost."""
    quote, gist = retold(memory.quote, words, memory.said_at, memory.happens_at)
    left = placed(replace(memory, quote=quote, gist=gist), "UTC")
    return replace(left, ends_at=left.ends_at and (memory.ends_at or left.ends_at))  # the day was told by their clock, which is not known here


def both(one: tuple[Participant, ...], other: tuple[Participant, ...]) -> tuple[Participant, ...]:
    """Everybody once; whoever is named with a role in one and without in the other has it."""
    return _once([*one, *other])


def _once(found: Sequence[Participant]) -> tuple[Participant, ...]:
    roles = {p.name: p.role for p in found if p.name and p.role}
    named = {p.role for p in found if p.name and p.role}
    whole = [replace(p, role=p.role or roles.get(p.name, "")) for p in found if p.name or p.role not in named]
    return tuple(dict.fromkeys(whole))[:MOST]


def _participants(quote: str, hints: Sequence[str], place: str) -> tuple[Participant, ...]:
    found = sorted(((m.start(), _who(m)) for pattern in _PEOPLE for m in pattern.finditer(quote)), key=lambda each: each[0])
    more = [_who(m) for hint in hints if _stands(hint, quote) and (m := _HINTED.search(hint))]
    return _once([who for who in (*(who for _, who in found), *more) if not who.name or who.name not in place.split()])


_HINTED = re.compile(rf"^(?:(?:my|our|the|an?)\s+)?{_OLD}(?:{_ROLE}(?:\s+(?P<name>{_NAME}))?|(?P<alone>{_NAME}))$", re.IGNORECASE)


def _who(match: re.Match[str]) -> Participant:
    parts = match.groupdict()
    return Participant(name=parts.get("name") or parts.get("alone") or "", role=(parts.get("role") or "").lower())


def _place(quote: str) -> str:
    """The first place; with the next one, where that says where it is ("the museum in Lisbon")."""
    spans = sorted({m.span("place" if m["place"] else "there") for pattern in _PLACES for m in pattern.finditer(quote)})
    if not spans:
        return ""
    start, end = spans[0][0], max(stop for begin, stop in spans if begin == spans[0][0])
    end = next((stop for begin, stop in spans if begin > end and quote[end:begin].strip().lower() in ("in", "near", "at")), end)
    return quote[start:end][:LONGEST]


def _borne_out(quote: str, place: str, said_at: datetime) -> str:
    """What the model took for a place: words of the quote, behind a word that comes before places, that are no time."""
    named = _IN_IT.sub("", place.strip(" .,!?"))
    at = re.search(rf"(?<!\w){re.escape(named)}(?!\w)", quote, re.IGNORECASE) if 2 < len(named) <= LONGEST else None
    if at is None or not _BEFORE_A_PLACE.search(quote[: at.start()]) or find_time(f"on {named}", said_at, "UTC") or _HINTED.search(named):
        return ""
    return at[0]


def _stands(hint: str, quote: str) -> bool:
    return bool(hint.strip()) and re.search(rf"(?<!\w){re.escape(hint.strip())}(?!\w)", quote) is not None
