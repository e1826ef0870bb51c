"""Everything about one person, out of the fake store and into it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime, time
from typing import Any

from bot.errors import OldfriendError
from bot.mind.archive import Archive
from bot.mind.events import Turn
from bot.mind.permission import NOT_ALLOWED
from bot.ports import TakenIn, Vectors
from tests.fakes.shelf import Shelf


class FakeArchives:
    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    async def everything(self, person: str) -> Mapping[str, Any]:
        shelf = self._shelf
        tables = {"turns": shelf.turns, "proposals": shelf.proposals, "outbox": shelf.outbox, "decisions": shelf.decisions}
        found: dict[str, Any] = {name: [_plain(row) for row in rows.values() if row.person == person] for name, rows in tables.items()}  # type: ignore[attr-defined]
        found["memories"] = [
            {**_plain(m), "evidence": [asdict(e) for e in shelf.evidence[m.id]]} for m in shelf.memories.values() if m.person == person
        ]
        found["consents"] = [_plain(c) for c in shelf.consents.values() if c.person == person]
        return {**found, "settings": {key: value for (scope, key), value in sorted(shelf.settings.items()) if scope == person}}

    async def take_in(self, person: str, archive: Archive, vectors: Mapping[tuple[str, int], Vectors], embed_model: str) -> TakenIn:
        shelf = self._shelf
        if not shelf.allows(person):
            raise OldfriendError(NOT_ALLOWED)
        before = len(shelf.turns), len(shelf.memories)
        here = self._turns(person, archive.turns)
        kept = self._memories(person, archive, here)
        for (what, number), vector in vectors.items():
            if what == "turn":
                shelf.turn_vectors.setdefault(here[number], (embed_model, vector))
            else:
                shelf.memory_vectors.setdefault(kept[number], (embed_model, vector))
        turns, memories = len(shelf.turns) - before[0], len(shelf.memories) - before[1]
        return TakenIn(turns=turns, memories=memories, known=len(archive.memories) - memories)

    def _turns(self, person: str, turns: Sequence[Turn]) -> dict[int, int]:
        shelf, here = self._shelf, dict[int, int]()
        known = {(t.said_at, t.by_bot, t.text): t.id for t in shelf.turns.values() if t.person == person}
        for turn in sorted(turns, key=lambda t: (t.said_at, t.id)):
            key = (turn.said_at, turn.by_bot, turn.text)
            if key not in known:
                known[key] = shelf.next()
                shelf.turns[known[key]] = replace(turn, id=known[key], reply_to=here.get(turn.reply_to, 0), recalled=())
                shelf.settled.add(known[key])
            here[turn.id] = known[key]
        return here

    def _memories(self, person: str, archive: Archive, here: Mapping[int, int]) -> dict[int, int]:
        shelf, kept, fresh = self._shelf, dict[int, int](), []
        held = {(m.said_at, m.kind, m.quote): m.id for m in shelf.memories.values() if m.person == person}
        for memory, pieces in archive.memories:
            name = (memory.said_at, memory.kind, memory.quote)
            if name not in held:
                held[name] = shelf.next()
                fresh.append(memory)
                shelf.memories[held[name]] = replace(memory, id=held[name], superseded_by=0)
                shelf.evidence[held[name]] = list(dict.fromkeys(replace(p, turn=here[p.turn]) for p in pieces))
            kept[memory.id] = held[name]
        for memory in fresh:
            number, over = kept[memory.id], kept.get(memory.superseded_by, 0)
            shelf.memories[number] = replace(shelf.memories[number], superseded_by=over if over != number else 0)
        return kept


def _plain(row: Any) -> dict[str, Any]:
    return {key: value.isoformat() if isinstance(value, datetime | time) else value for key, value in asdict(row).items()}
