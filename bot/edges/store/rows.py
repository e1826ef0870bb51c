"""Rows and values: how the frozen dataclasses of ``bot.mind.events`` lie in the tables."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import time
from typing import Any

import numpy as np
from sqlalchemy import Row

from bot.edges.store import schema
from bot.edges.store.schema import listed, maybe, moment
from bot.mind.events import Consent, Decision, Evidence, Kind, Memory, Participant, Proposal, Turn, Unprompted
from bot.ports import Vectors

TURN = [c for c in schema.turns.c if c.name not in {"settled", "stamp"}]
MEMORY = [c for c in schema.memories.c if c.name != "stamp"]
_TURN = [c.name for c in TURN]
_MEMORY = [c.name for c in MEMORY]
_KINDS = {str(kind): kind for kind in Kind}


def of_turn(turn: Turn) -> dict[str, Any]:
    return {**_fields(turn), "recalled": list(turn.recalled)}


def plain_turn(row: Sequence[Any]) -> Turn:
    """From SQLite's own values of ``TURN``. Field by field, as below: hundreds are read for one message, and all that is general takes twice as long."""
    number, person, speaker, text, said_at, audience, conversation, by_bot, message_id, reply_to, recalled, fleeting = row
    return Turn(
        id=number, person=person, speaker=speaker, text=text, said_at=moment(said_at), audience=audience, conversation=conversation, by_bot=by_bot == 1,
        message_id=message_id, reply_to=reply_to, recalled=tuple(listed(recalled)), fleeting=fleeting == 1,
    )


def plain_memory(row: Sequence[Any]) -> Memory:
    """From SQLite's own values of ``MEMORY``."""
    (
        number, person, audience, kind, gist, quote, said_at, happens_at, importance, emotion, sensitive, shareable, resolved_at, superseded_by, pinned,
        half_life, used_at, folded, corrected, participants, place, ends_at, recurs,
    ) = row
    return Memory(
        id=number, person=person, audience=audience, kind=_KINDS[kind], gist=gist, quote=quote, said_at=moment(said_at), happens_at=maybe(happens_at),
        importance=importance, emotion=emotion, sensitive=sensitive == 1, shareable=shareable == 1, resolved_at=maybe(resolved_at),
        superseded_by=superseded_by, pinned=pinned == 1, half_life=half_life, used_at=maybe(used_at), folded=folded, corrected=corrected == 1,
        participants=tuple(Participant(**each) for each in listed(participants)), place=place, ends_at=maybe(ends_at), recurs=recurs,
    )


def to_turn(row: Row[Any]) -> Turn:
    values = dict(zip(_TURN, row, strict=True))
    values["recalled"] = tuple(values["recalled"])
    return Turn(**values)


def of_memory(memory: Memory) -> dict[str, Any]:
    return {**_fields(memory), "kind": str(memory.kind), "participants": [asdict(each) for each in memory.participants]}


_CIRCUMSTANCES = ("participants", "place", "ends_at", "recurs")


def of_words(memory: Memory) -> dict[str, Any]:
    """What its words say: quote, gist, and what was read from the quote."""
    written = of_memory(memory)
    return {name: written[name] for name in ("quote", "gist", *_CIRCUMSTANCES)}


def to_memory(row: Row[Any]) -> Memory:
    values = dict(zip(_MEMORY, row, strict=True))
    values["kind"] = Kind(values["kind"])
    found = values["participants"]
    values["participants"] = tuple(Participant(**each) for each in found) if found else ()
    return Memory(**values)


def of_evidence(memory: int, piece: Evidence) -> dict[str, Any]:
    return {"memory": memory, **asdict(piece)}


def of_consent(consent: Consent) -> dict[str, Any]:
    return {
        **asdict(consent),
        "quiet_start": consent.quiet_start.isoformat(),
        "quiet_end": consent.quiet_end.isoformat(),
    }


def to_consent(row: Row[Any]) -> Consent:
    quiet = {name: time.fromisoformat(getattr(row, name)) for name in ("quiet_start", "quiet_end")}
    return Consent(**{**row._asdict(), **quiet})


def of_proposal(proposal: Proposal) -> dict[str, Any]:
    return _fields(proposal)


def to_proposal(row: Row[Any]) -> Proposal:
    return Proposal(**row._asdict())


def of_unprompted(message: Unprompted) -> dict[str, Any]:
    return _fields(message)


def to_unprompted(row: Row[Any]) -> Unprompted:
    return Unprompted(**row._asdict())


def of_decision(decision: Decision) -> dict[str, Any]:
    return {**_fields(decision), "memories": list(decision.memories), "detail": dict(decision.detail)}


def to_decision(row: Row[Any]) -> Decision:
    return Decision(**{**row._asdict(), "memories": tuple(row.memories)})


def of_vector(vector: Vectors) -> bytes:
    """Unit length, so that a dot product of two is their cosine."""
    length = float(np.linalg.norm(vector))
    return np.asarray(vector / length if length else vector, dtype=np.float32).tobytes()


def to_vector(blob: bytes) -> Vectors:
    return np.frombuffer(blob, dtype=np.float32)


def _fields(value: Turn | Memory | Proposal | Unprompted | Decision) -> dict[str, Any]:
    """All but the id, which the database gives."""
    return {name: getattr(value, name) for name in value.__slots__ if name != "id"}
