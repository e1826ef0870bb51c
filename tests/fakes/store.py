"""The store's seven ports on plain lists: what every contract test compares SQLite with."""

from collections.abc import Awaitable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

from bot.mind.events import (
    Candidate,
    Consent,
    Decision,
    Evidence,
    Kind,
    Memory,
    OutboxState,
    Place,
    Proposal,
    Turn,
    Unprompted,
    is_private,
    private_audience,
)
from bot.mind.permission import needs_a_yes
from bot.mind.recall.lens import Aim, Sense, unit
from bot.mind.there import YES, key
from bot.ports import Vectors
from tests.fakes.archives import FakeArchives
from tests.fakes.forgetting import FakeForgetting
from tests.fakes.keeping import FakeKeeping
from tests.fakes.reflecting import FakeFading, FakeSummaries
from tests.fakes.shelf import Shelf, normal
from tests.fakes.spaces import FakeSpaces


class FakeStore:
    """``store.turns``, ``store.memories`` ... as ``bot.edges.store.Store`` has them; ``shelf`` is there to be looked at."""

    def __init__(self, *, asks_first: bool = False) -> None:
        self.shelf = Shelf(asks_first=asks_first)
        self.turns = FakeTurns(self.shelf)
        self.memories = FakeMemories(self.shelf)
        self.archives = FakeArchives(self.shelf)
        self.keeping = FakeKeeping(self.shelf)
        self.forgetting = FakeForgetting(self.shelf)
        self.fading = FakeFading(self.shelf)
        self.summaries = FakeSummaries(self.shelf)
        self.spaces = FakeSpaces(self.shelf)
        self.people = FakePeople(self.shelf)
        self.residents = FakeResidents(self.shelf)
        self.diary = FakeDiary(self.shelf)
        self.proposals = FakeProposals(self.shelf)
        self.outbox = FakeOutbox(self.shelf)


class FakeTurns:
    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    async def add(self, turn: Turn, vector: Vectors | None = None, embed_model: str = "") -> Turn:
        place = (turn.conversation, turn.message_id)
        for known in [*self._shelf.turns.values(), *self._shelf.passing]:
            if turn.message_id and (known.conversation, known.message_id) == place:
                return known
        stored = replace(turn, id=self._shelf.next())
        if not self._shelf.allows(turn.person):
            recent = [t for t in self._shelf.passing if turn.said_at - t.said_at <= timedelta(hours=1)]
            self._shelf.passing = [*recent, replace(stored, id=-stored.id, fleeting=True)]
            return self._shelf.passing[-1]
        if turn.by_bot and not _stands(self._shelf, turn.person, turn.recalled, turn.reply_to):
            return turn
        if turn.fleeting:
            self._let_go(turn)
            self._shelf.settled.add(stored.id)
        self._shelf.turns[stored.id] = stored
        if vector is not None:
            self._shelf.turn_vectors[stored.id] = (embed_model, vector)
        return stored

    def _let_go(self, turn: Turn) -> None:
        old = [t for t in self._shelf.turns.values() if t.person == turn.person and t.fleeting]
        for t in old:
            if t.said_at < turn.said_at - timedelta(hours=1):
                del self._shelf.turns[t.id]

    async def recent(self, person: str, conversation: str, limit: int) -> tuple[Turn, ...]:
        here = [t for t in [*self._shelf.turns.values(), *self._shelf.passing] if (t.person, t.conversation) == (person, conversation)]
        return tuple(here[max(0, len(here) - limit) :])

    async def waiting(self, person: str | None = None, limit: int = 100) -> tuple[Turn, ...]:
        waiting = [t for t in self._shelf.turns.values() if not t.by_bot and t.id not in self._shelf.settled]
        return tuple([t for t in waiting if person in (None, t.person)][:limit])

    async def settle(self, turns: Sequence[int], vectors: Vectors | None = None, embed_model: str = "") -> None:
        for i, number in enumerate(turns):
            if number in self._shelf.turns:
                self._shelf.settled.add(number)
                if vectors is not None:
                    self._shelf.turn_vectors[number] = (embed_model, vectors[i])

    async def last_spoke(self, person: str) -> datetime | None:
        return max((t.said_at for t in self._shelf.turns.values() if t.person == person and not t.by_bot), default=None)


class FakeMemories:
    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    async def keep(
        self, memory: Memory, evidence: Sequence[Evidence], vector: Vectors | None = None, embed_model: str = "",
        replaces: Sequence[int] = (), continues: Sequence[int] = (),
    ) -> Memory | None:
        earlier = [n for n in continues if (old := self._shelf.memories.get(n)) and _replaceable(old, memory) and old.audience == memory.audience]
        evidence = [*evidence, *(piece for n in earlier for piece in self._shelf.evidence[n])]
        if not self._shelf.allows(memory.person) or not self._holds(memory, evidence):
            return None
        stored = replace(memory, id=self._shelf.next())
        self._shelf.memories[stored.id] = stored
        self._shelf.evidence[stored.id] = list(dict.fromkeys(evidence))
        if vector is not None:
            self._shelf.memory_vectors[stored.id] = (embed_model, vector)
        for number in (*replaces, *earlier):
            old = self._shelf.memories.get(number)
            if old is not None and _replaceable(old, memory) and number != stored.id:
                self._shelf.memories[number] = replace(old, superseded_by=stored.id)
        return stored

    async def search(
        self, person: str, audience: str, words: str, vector: Vectors | None, embed_model: str = "", limit: int = 50,
        soon: Awaitable[Sense | None] | None = None,
    ) -> tuple[Candidate, ...]:
        aim: Aim | None = None
        if soon is not None:
            meant = await soon
            vector, aim = (None, None) if meant is None else (meant.vector, meant.aim)
        private = audience == private_audience(person)
        shelf = self._shelf
        memories = [
            _measured(Candidate(memory=m, lexical=_overlap(words, f"{m.gist} {m.quote}")), shelf.memory_vectors.get(m.id), vector, embed_model, aim)
            for m in shelf.memories.values()
            if m.person == person and not m.superseded_by and (private or m.audience == audience or m.shareable)
        ]
        turns = [
            _measured(Candidate(turn=t, lexical=_overlap(words, t.text)), shelf.turn_vectors.get(t.id), vector, embed_model, aim)
            for t in shelf.turns.values()
            if t.person == person and not t.by_bot and not t.fleeting and (private or t.audience == audience)
        ]
        measured = [c for c in memories if c.memory and _comparable(shelf.memory_vectors.get(c.memory.id), vector, embed_model)]
        measured += [c for c in turns if c.turn and _comparable(shelf.turn_vectors.get(c.turn.id), vector, embed_model)]
        found = {id(c): c for c in _best(measured, [*memories, *turns], limit)}
        sources = {e.turn for c in found.values() if c.memory for e in shelf.evidence.get(c.memory.id, [])}
        beside = _beside(turns, [c for c in found.values() if c.turn])
        more = [c for c in turns if c.turn is not None and c.turn.id in sources | beside]
        return tuple((found | {id(c): c for c in more}).values())

    async def get(self, person: str, memory: int) -> Memory | None:
        found = self._shelf.memories.get(memory)
        return found if found is not None and found.person == person else None

    async def browse(
        self, person: str, *, kind: Kind | None = None, past: bool = False, limit: int = 1000
    ) -> tuple[Memory, ...]:
        theirs = [
            m
            for m in self._shelf.memories.values()
            if m.person == person and kind in (None, m.kind) and (past or not m.superseded_by)
        ]
        return tuple(sorted(theirs, key=lambda m: (m.said_at, m.id), reverse=True)[:limit])

    async def change(self, memory: Memory) -> None:
        stored = await self.get(memory.person, memory.id)
        if stored is not None:
            self._shelf.memories[memory.id] = replace(
                stored,
                importance=memory.importance,
                shareable=memory.shareable,
                resolved_at=memory.resolved_at,
                gist=memory.gist,
                happens_at=memory.happens_at,
                ends_at=memory.ends_at,
                pinned=memory.pinned,
            )

    def _holds(self, memory: Memory, evidence: Sequence[Evidence]) -> bool:
        turns = [self._shelf.turns.get(e.turn) for e in evidence]
        theirs = [t if t is not None and t.person == memory.person and not t.by_bot and not t.fleeting else None for t in turns]
        texts = [t.text if t is not None else "" for t in theirs]
        spans = [text[e.start : e.end] for e, text in zip(evidence, texts, strict=True)]
        marks = {
            (memory.person, e.turn, normal(words))
            for e, span in zip(evidence, spans, strict=True)
            for words in (span, memory.quote)
        }
        quoted = not evidence or any(normal(memory.quote) in normal(text) for text in texts if text)
        return quoted and all(span.strip() for span in spans) and not marks & self._shelf.buried


class FakePeople:
    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    async def consent(self, person: str) -> Consent:
        return self._shelf.consents.get(person, Consent(person=person))

    async def set_consent(self, consent: Consent) -> None:
        if self._shelf.allows(consent.person):
            self._shelf.consents[consent.person] = consent

    async def setting(self, scope: str, key: str) -> str | None:
        return self._shelf.settings.get((scope, key))

    async def set_setting(self, scope: str, key: str, value: str | None) -> None:
        self._shelf.settings.pop((scope, key), None)
        if value is not None and (not needs_a_yes(scope, key) or self._shelf.allows(scope)):
            self._shelf.settings[scope, key] = value
        if (key, value) == ("consent", "yes"):
            self._adopt(scope)

    def _adopt(self, person: str) -> None:
        known: dict[int, int] = {}
        for turn in [t for t in self._shelf.passing if t.person == person]:
            known[turn.id] = self._shelf.next()
            self._shelf.turns[known[turn.id]] = replace(
                turn, id=known[turn.id], fleeting=False, reply_to=known.get(turn.reply_to, 0), recalled=())
        self._shelf.passing = [t for t in self._shelf.passing if t.person != person]

    async def settings(self, scope: str) -> Mapping[str, str]:
        return {key: value for (where, key), value in sorted(self._shelf.settings.items()) if where == scope}


class FakeResidents:
    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    async def leavers(self) -> tuple[tuple[str, str], ...]:
        shelf = self._shelf
        places = {(t.person, t.audience) for t in shelf.turns.values()} | {(m.person, m.audience) for m in shelf.memories.values()}
        return tuple(sorted(p for p in places if p[1].startswith("server:") and shelf.settings.get((p[0], "leaving")) == "delete"))


class FakeDiary:
    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    async def record(self, decision: Decision) -> Decision:
        if not self._shelf.allows(decision.person) or not _stands(self._shelf, decision.person, decision.memories, decision.turn, decision.proposal):
            return decision
        stored = replace(decision, id=self._shelf.next())
        self._shelf.decisions[stored.id] = stored
        return stored

    async def recent(self, person: str, limit: int = 20) -> tuple[Decision, ...]:
        theirs = [d for d in self._shelf.decisions.values() if d.person == person]
        return tuple(sorted(theirs, key=lambda d: (d.at, d.id), reverse=True)[:limit])


class FakeProposals:
    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    async def propose(self, proposal: Proposal) -> Proposal | None:
        same = (proposal.memory, proposal.source)
        known = any((p.memory, p.source) == same for p in self._shelf.proposals.values() if p.memory)
        if known or not _remembers(self._shelf, proposal.person, proposal.memory):
            return None
        stored = replace(proposal, id=self._shelf.next())
        self._shelf.proposals[stored.id] = stored
        return stored

    async def open(self, person: str | None = None, until: datetime | None = None, limit: int | None = None) -> tuple[Proposal, ...]:
        due = [
            p
            for p in self._shelf.proposals.values()
            if p.state == "open" and person in (None, p.person) and (until is None or p.due <= until)
        ]
        return tuple(sorted(due, key=lambda p: (p.due, p.id))[:limit])

    async def get(self, proposal: int) -> Proposal | None:
        return self._shelf.proposals.get(proposal)

    async def postpone(self, proposal: int, due: datetime) -> None:
        stored = self._shelf.proposals.get(proposal)
        if stored is not None and stored.state == "open":
            self._shelf.proposals[proposal] = replace(stored, due=due)

    async def close(self, proposal: int, state: Literal["sent", "dropped"]) -> None:
        _close(self._shelf, proposal, state)


class FakeOutbox:
    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    async def place(self, person: str, memory: int) -> Place | None:
        held = self._shelf.memories.get(memory)
        if held is None or held.person != person or is_private(held.audience) or held.superseded_by or held.corrected or held.sensitive:
            return None
        if self._shelf.settings.get((person, key(held.audience))) != YES:
            return None
        told = [self._shelf.turns[piece.turn] for piece in self._shelf.evidence[memory] if piece.turn in self._shelf.turns]
        public = all((t.audience, t.person, t.by_bot, t.fleeting) == (held.audience, person, False, False) and t.message_id for t in told)
        places = {t.conversation for t in told}
        return Place(conversation=places.pop(), audience=held.audience) if public and len(places) == 1 else None

    async def claim(self, message: Unprompted) -> Unprompted | None:
        proposal = self._shelf.proposals.get(message.proposal)
        if proposal is None or proposal.state != "open" or proposal.person != message.person:
            return None
        if not _remembers(self._shelf, message.person, message.memory):
            return None
        here = Place(conversation=message.conversation, audience=message.audience)
        if message.audience and await self.place(message.person, message.memory) != here:
            return None
        self._shelf.proposals[proposal.id] = replace(proposal, state="claimed")
        stored = replace(message, state="claimed", id=self._shelf.next())
        self._shelf.outbox[stored.id] = stored
        return stored

    async def settle(self, message: int, state: OutboxState, text: str = "") -> None:
        stored = self._shelf.outbox.get(message)
        if stored is None or stored.state != "claimed":
            return
        self._shelf.outbox[message] = replace(stored, state=state, text=text)
        if state != "claimed":
            _close(self._shelf, stored.proposal, "sent" if state == "sent" else "dropped")

    async def history(self, person: str, limit: int = 20) -> tuple[Unprompted, ...]:
        theirs = [m for m in self._shelf.outbox.values() if m.person == person and m.state in ("sent", "claimed")]
        return tuple(sorted(theirs, key=lambda m: (m.at, m.id), reverse=True)[:limit])

    async def lose_stale(self) -> int:
        stale = [m for m in self._shelf.outbox.values() if m.state == "claimed"]
        for message in stale:
            await self.settle(message.id, "lost", message.text)
        return len(stale)


def _replaceable(old: Memory, new: Memory) -> bool:
    return old.person == new.person and not old.superseded_by and not old.pinned


def _stands(shelf: Shelf, person: str, recalled: Sequence[int], turn: int = 0, proposal: int = 0) -> bool:
    tables = ((shelf.memories, recalled), (shelf.turns, (turn,)), (shelf.proposals, (proposal,)))
    return all(number in table and table[number].person == person for table, numbers in tables for number in numbers if number)


def _remembers(shelf: Shelf, person: str, memory: int) -> bool:
    return memory == 0 or (memory in shelf.memories and shelf.memories[memory].person == person)


def _close(shelf: Shelf, proposal: int, state: Literal["sent", "dropped"]) -> None:
    stored = shelf.proposals.get(proposal)
    if stored is not None and stored.state in ("open", "claimed"):
        shelf.proposals[proposal] = replace(stored, state=state)


def _overlap(words: str, text: str) -> float:
    """How many words of four letters or more they share; good enough to find what a test wants found."""
    said = set(normal(text).split())
    return float(sum(len(word) > 3 and word in said for word in set(normal(words).split())))


def _measured(candidate: Candidate, stored: tuple[str, Vectors] | None, vector: Vectors | None, embed_model: str, aim: Aim | None) -> Candidate:
    if stored is None or vector is None or not _comparable(stored, vector, embed_model):
        return candidate
    row = unit(stored[1])
    dense = float(row @ unit(vector))
    return replace(candidate, dense=dense, aimed=dense if aim is None else float(aim.likeness(row[None])[0]))


def _comparable(stored: tuple[str, Vectors] | None, vector: Vectors | None, embed_model: str) -> bool:
    return stored is not None and vector is not None and stored[0] == embed_model and len(stored[1]) == len(vector)


def _best(measured: Sequence[Candidate], candidates: Sequence[Candidate], limit: int) -> list[Candidate]:
    matched = [c for c in candidates if c.lexical]
    dense = sorted(measured, key=lambda c: c.aimed, reverse=True)[:limit]
    return dense + sorted(matched, key=lambda c: c.lexical, reverse=True)[:limit]


def _beside(candidates: Iterable[Candidate], found: Iterable[Candidate]) -> set[int]:
    """The turns directly before and after these in their conversations."""
    ids: dict[str, list[int]] = {}
    for candidate in candidates:
        if candidate.turn is not None:
            ids.setdefault(candidate.turn.conversation, []).append(candidate.turn.id)
    beside: set[int] = set()
    for candidate in found:
        if candidate.turn is not None:
            row = ids[candidate.turn.conversation]
            at = row.index(candidate.turn.id)
            beside |= set(row[max(0, at - 1) : at + 2])
    return beside
