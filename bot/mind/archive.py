"""All that is known of a person as one JSON document, and what of such a document is believed when it comes back.

Nothing in a file decides whose it is or who may hear it: whoever brings it owns it, everything becomes private, and its ids only say
which of its own rows belong together. Checked are the size, the version, every field and its bounds, and that each piece of evidence lies
in a turn of the file that the person said.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from bot.errors import OldfriendError
from bot.mind.events import Evidence, Kind, Memory, Participant, Turn, private_audience
from bot.mind.speech import clean

FORMAT, VERSION = "oldfriend person", 1
LARGEST = 32 * 2**20
"""Bytes of a document."""

_MOST_TURNS, _MOST_MEMORIES = 200_000, 50_000
_SHOWN = 3
"""Faults named at once."""


@dataclass(frozen=True, slots=True)
class Archive:
    """What of a document is taken in. Ids are those of the document."""

    turns: tuple[Turn, ...]
    memories: tuple[tuple[Memory, tuple[Evidence, ...]], ...]
    matters: str
    """What was learned about what matters to them, as it was stored; read with care."""


def document(person: str, rows: Mapping[str, Any], now: datetime) -> str:
    """``rows``: name of a table -> its rows of this person, in values that JSON has."""
    head = {"format": FORMAT, "version": VERSION, "person": person, "exported_at": now.isoformat()}
    return json.dumps({**head, **rows}, ensure_ascii=False, indent=1)


def read_document(data: bytes, person: str) -> Archive:
    """Raises OldfriendError, in words, for what is no such document."""
    if len(data) > LARGEST:
        raise OldfriendError("That file is larger than {} MB. Bring the file that `/memory export` made, as it is.", LARGEST // 2**20)
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        raise OldfriendError("That file is no JSON. Bring the file that `/memory export` made, as it is.") from None
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise OldfriendError("That file is not one of mine. Bring the file that `/memory export` made, as it is.")
    if found.get("version") != VERSION:
        raise OldfriendError("That file has version {}, and I read version {}. Export it again with a bot like me.", repr(str(found.get("version"))[:20]), VERSION)
    try:
        known = _Document.model_validate(found)
    except ValidationError as faults:
        raise OldfriendError("That file says something impossible: {}. Nothing was taken in.", _named(faults)) from None
    return _believed(known, person)


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a time without its zone")
    return moment.astimezone(UTC)


def _visible(text: str) -> str:
    # What was stored had been cleaned; a file may hold anything.
    return clean(text)


_Id = Annotated[int, Field(ge=1, lt=2**53)]
_Moment = Annotated[datetime, AfterValidator(_aware)]
_Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class _Row(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=False, frozen=True)


class _Turn(_Row):
    id: _Id
    speaker: Annotated[str, Field(max_length=200), AfterValidator(_visible)]
    text: Annotated[str, Field(min_length=1, max_length=20_000)]
    said_at: _Moment
    by_bot: bool = False
    reply_to: Annotated[int, Field(ge=0, lt=2**53)] = 0
    recalled: tuple[_Id, ...] = Field(default=(), max_length=50)
    fleeting: bool = False


class _Evidence(_Row):
    turn: _Id
    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(ge=0)]


class _Participant(_Row):
    name: Annotated[str, Field(max_length=100), AfterValidator(_visible)] = ""
    role: Annotated[str, Field(max_length=100), AfterValidator(_visible)] = ""


class _Memory(_Row):
    id: _Id
    kind: Kind
    gist: Annotated[str, Field(min_length=1, max_length=2_000), AfterValidator(_visible)]
    quote: Annotated[str, Field(max_length=20_000)]
    said_at: _Moment
    happens_at: _Moment | None = None
    importance: _Share = 0.5
    emotion: Annotated[str, Field(max_length=40)] = "neutral"
    sensitive: bool = False
    resolved_at: _Moment | None = None
    superseded_by: Annotated[int, Field(ge=0, lt=2**53)] = 0
    pinned: bool = False
    corrected: bool = False
    half_life: Annotated[float, Field(ge=0, le=36_500, allow_inf_nan=False)] = 0.0
    used_at: _Moment | None = None
    folded: Annotated[int, Field(ge=0, le=10**6)] = 0
    participants: tuple[_Participant, ...] = Field(default=(), max_length=50)
    place: Annotated[str, Field(max_length=200), AfterValidator(_visible)] = ""
    ends_at: _Moment | None = None
    recurs: Annotated[str, Field(max_length=200), AfterValidator(_visible)] = ""
    evidence: tuple[_Evidence, ...] = Field(default=(), max_length=1_000)


class _Document(_Row):
    turns: tuple[_Turn, ...] = Field(default=(), max_length=_MOST_TURNS)
    memories: tuple[_Memory, ...] = Field(default=(), max_length=_MOST_MEMORIES)
    settings: dict[str, Annotated[str, Field(max_length=20_000)]] = Field(default_factory=dict, max_length=1_000)


def _believed(known: _Document, person: str) -> Archive:
    audience = private_audience(person)
    turns = {
        t.id: Turn(**t.model_dump(), person=person, audience=audience, conversation=f"import:{person}") for t in known.turns if not t.fleeting
    }
    memories = []
    for m in known.memories:
        others = tuple(Participant(name=p.name, role=p.role) for p in m.participants)
        memory = Memory(**m.model_dump(exclude={"evidence", "participants"}), participants=others, person=person, audience=audience)
        pieces = tuple(Evidence(**e.model_dump()) for e in m.evidence)
        for piece in pieces:
            _check(piece, turns.get(piece.turn), memory)
        memories.append((memory, pieces))
    if len(turns) < len([t for t in known.turns if not t.fleeting]) or len({m.id for m, _ in memories}) < len(memories):
        raise OldfriendError("That file numbers two things the same. Nothing was taken in; bring the file as it was exported.")
    return Archive(tuple(turns.values()), tuple(memories), known.settings.get("matters", ""))


def _check(piece: Evidence, turn: Turn | None, memory: Memory) -> None:
    if turn is None or turn.by_bot or not piece.start <= piece.end <= len(turn.text):
        raise OldfriendError("In that file, memory {} rests on words that are not there. Nothing was taken in; bring the file as it was exported.", memory.id)


def _named(faults: ValidationError) -> str:
    """The first few faults: where and what, without what stood there."""
    told = [f"{'.'.join(map(str, fault['loc']))[:80]}: {fault['msg']}" for fault in faults.errors(include_input=False, include_url=False)[:_SHOWN]]
    more = faults.error_count() - _SHOWN
    return "; ".join(told) + (f"; and {more} more" if more > 0 else "")
