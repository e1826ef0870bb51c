"""What people do with their memories, in the fake store."""

from dataclasses import replace

from bot.mind.events import Memory, Source, Turn
from bot.ports import Vectors
from tests.fakes.shelf import Shelf


class FakeKeeping:
    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    async def sources(self, person: str, memory: int) -> tuple[Source, ...]:
        held = self._shelf.memories.get(memory)
        if held is None or held.person != person:
            return ()
        turns = self._shelf.turns
        found = [
            Source(turn=e.turn, words=turns[e.turn].text[e.start : e.end], said_at=turns[e.turn].said_at, audience=turns[e.turn].audience)
            for e in self._shelf.evidence[memory]
        ]
        return tuple(sorted((s for s in found if s.words.strip()), key=lambda s: (s.said_at, s.turn)))

    async def turn(self, person: str, conversation: str, message_id: str) -> Turn | None:
        wanted = (person, conversation, message_id)
        here = [t for t in [*self._shelf.turns.values(), *self._shelf.passing] if message_id and (t.person, t.conversation, t.message_id) == wanted]
        return here[0] if here else None

    async def correct(self, memory: Memory, vector: Vectors | None, embed_model: str) -> Memory | None:
        held = self._shelf.memories.get(memory.id)
        if held is None or held.person != memory.person:
            return None
        words = replace(
            held, gist=memory.gist, quote=memory.quote, happens_at=memory.happens_at, participants=memory.participants, place=memory.place,
            ends_at=memory.ends_at, recurs=memory.recurs, corrected=True,
        )
        return self._write(words, vector, embed_model)

    async def merge(self, memory: Memory, other: int, vector: Vectors | None, embed_model: str) -> Memory | None:
        both = [self._shelf.memories.get(number) for number in (memory.id, other)]
        if memory.id == other or any(m is None or m.superseded_by or m.person != memory.person for m in both):
            return None
        evidence = self._shelf.evidence
        evidence[memory.id] = list(dict.fromkeys([*evidence[memory.id], *evidence[other]]))
        self._shelf.memories[other] = replace(self._shelf.memories[other], superseded_by=memory.id)
        self._drop_proposals(other)
        return self._write(memory, vector, embed_model)

    async def supersede(self, person: str, memory: int, by: int) -> None:
        both = [self._shelf.memories.get(number) for number in (memory, by)]
        if memory != by and all(m is not None and m.person == person for m in both):
            self._shelf.memories[memory] = replace(self._shelf.memories[memory], superseded_by=by)

    def _write(self, memory: Memory, vector: Vectors | None, embed_model: str) -> Memory:
        self._shelf.memories[memory.id] = memory
        self._shelf.memory_vectors.pop(memory.id, None)
        if vector is not None:
            self._shelf.memory_vectors[memory.id] = (embed_model, vector)
        self._drop_proposals(memory.id)
        return memory

    def _drop_proposals(self, memory: int) -> None:
        kept = {n: p for n, p in self._shelf.proposals.items() if p.memory != memory or p.state != "open"}
        self._shelf.proposals = kept
