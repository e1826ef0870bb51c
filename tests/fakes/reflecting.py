"""Fading and summaries of the fake store. What the database's triggers do is found out when somebody asks."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from bot.mind.events import Memory, private_audience
from bot.mind.strength import revived
from bot.mind.summary import Summary
from bot.ports import Vectors
from tests.fakes.shelf import Shelf


class FakeFading:
    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    async def used(self, person: str, memories: Sequence[int], at: datetime) -> None:
        for number in memories:
            memory = self._shelf.memories.get(number)
            if memory is not None and memory.person == person:
                self._shelf.memories[number] = revived(memory, at)

    async def fold(
        self, digest: Memory, members: Sequence[Memory], vector: Vectors | None = None, embed_model: str = ""
    ) -> Memory | None:
        shelf = self._shelf
        same = all(_bare(shelf.memories.get(m.id)) == _bare(m) and m.person == digest.person for m in members)
        if not same or any((m.audience, m.shareable) != (digest.audience, digest.shareable) for m in members):
            return None
        stored = replace(digest, id=shelf.next())
        gone = {m.id for m in members}
        while older := {m.id for m in shelf.memories.values() if m.superseded_by in gone} - gone:
            gone |= older
        shelf.memories[stored.id] = stored
        shelf.evidence[stored.id] = list(dict.fromkeys(e for number in sorted(gone) for e in shelf.evidence[number]))
        if vector is not None:
            shelf.memory_vectors[stored.id] = (embed_model, vector)
        self._delete(gone)
        return stored

    async def drop(self, person: str, memories: Sequence[int]) -> None:
        held = (self._shelf.memories.get(number) for number in memories)
        self._delete({m.id for m in held if m is not None and m.person == person and m.superseded_by})

    async def expire(self, before: datetime, audience: str = "") -> int:
        shelf = self._shelf
        turns = {t.id for t in shelf.turns.values() if t.said_at < before and audience in ("", t.audience)}
        old = [m.id for m in shelf.memories.values() if audience == m.audience and m.said_at < before and not m.pinned]
        for number in old:
            del shelf.memories[number]
            shelf.evidence.pop(number)
            shelf.memory_vectors.pop(number, None)
        for number in turns:
            del shelf.turns[number]
            shelf.settled.discard(number)
            shelf.turn_vectors.pop(number, None)
        for memory, pieces in shelf.evidence.items():
            shelf.evidence[memory] = [e for e in pieces if e.turn not in turns]
        decisions = {d.id for d in shelf.decisions.values() if d.at < before and not audience}
        outbox = {m.id for m in shelf.outbox.values() if m.at < before and m.state != "claimed" and not audience}
        shelf.decisions = {n: d for n, d in shelf.decisions.items() if n not in decisions}
        shelf.outbox = {n: m for n, m in shelf.outbox.items() if n not in outbox}
        return len(turns) + len(old) + len(decisions) + len(outbox)

    async def clean(self, disturbed: Callable[[], bool]) -> bool:
        return not disturbed()

    def _delete(self, gone: set[int]) -> None:
        shelf = self._shelf
        for number in gone:
            del shelf.memories[number], shelf.evidence[number]
            shelf.memory_vectors.pop(number, None)
        shelf.proposals = {n: p for n, p in shelf.proposals.items() if p.memory not in gone}
        shelf.outbox = {n: m for n, m in shelf.outbox.items() if m.memory not in gone}


class FakeSummaries:
    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._calm: dict[str, int] = {}
        self._written: dict[tuple[str, str], list[tuple[Summary, set[Memory]]]] = {}

    async def write(self, person: str, audience: str, derived: Sequence[Summary], version: int) -> bool:
        memories = self._shelf.memories
        sources = {n for summary in derived for n in summary.sources}
        heard = all(n in memories and _hears(person, audience, memories[n]) for n in sources)
        if version != self._version(person) or not heard:
            return False
        self._written[person, audience] = [(s, {_bare(memories[n]) for n in s.sources}) for s in derived]
        return True

    async def of(self, person: str, audience: str) -> tuple[Summary, ...]:
        now = {_bare(m) for m in self._shelf.memories.values()}
        found = [s for s, rests in self._written.get((person, audience), ()) if rests <= now]
        return tuple(sorted(found, key=lambda s: (s.level, s.about)))

    async def restless(self, limit: int) -> tuple[tuple[str, int], ...]:
        people = sorted({m.person for m in self._shelf.memories.values()} | self._calm.keys())
        versions = [(person, self._version(person)) for person in people]
        return tuple(pair for pair in versions if self._calm.get(pair[0]) != pair[1])[:limit]

    async def calm(self, person: str, version: int) -> None:
        if self._version(person) == version:
            self._calm[person] = version

    async def rouse(self) -> None:
        self._calm.clear()

    def _version(self, person: str) -> int:
        return hash(frozenset(_bare(m) for m in self._shelf.memories.values() if m.person == person))


def _bare(memory: Memory | None) -> Memory:
    """Without what use changes."""
    assert memory is None or isinstance(memory, Memory)
    return replace(memory, half_life=0.0, used_at=None, importance=0.0, resolved_at=None) if memory is not None else _NOBODY


def _hears(person: str, audience: str, memory: Memory) -> bool:
    return memory.person == person and not memory.superseded_by and (
        audience == private_audience(person) or memory.audience == audience or memory.shareable
    )


_NOBODY = Memory(person="", audience="", kind=None, gist="", quote="", said_at=None)  # type: ignore[arg-type]  # equal to nothing that is stored
