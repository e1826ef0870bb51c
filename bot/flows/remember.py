"""After a turn, off the reply path: find what is worth keeping, verify it, store it, and see what it changes."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np

from bot.errors import ModelError
from bot.flows.attend import Attend
from bot.flows.matters import Matters
from bot.flows.reach_out import ReachOut
from bot.flows.supervise import Supervisor
from bot.mind.consolidate import contradicted_by, ends, repeats, resolved
from bot.mind.coreference import event_of, is_bare, joined, just_over, went
from bot.mind.events import Evidence, Kind, Memory, Turn, private_audience
from bot.mind.extraction import SCHEMA, Extracted, completed, entries_of, extraction_prompt, own_words, passages, verify
from bot.mind.facts import facts, past_facts
from bot.mind.leaning import dull, importance
from bot.mind.proposals.own_promise import promised
from bot.mind.quoting import own_part
from bot.mind.salience import salience
from bot.ports import Completion, Embedder, LanguageModel, Memories, People, Turns, Vectors

log = logging.getLogger(__name__)

_LONGEST_ANSWER = 400
"""Tokens of one extraction."""

_ALL = 100_000
_LOOKED_BACK = 40
_AT_ONCE = timedelta(minutes=30)

_TIMEOUT = 1800.0
"""Seconds for all that waits; what is not done then is done after the next message or the next start."""


class Remember:
    """Turns what people said into memories, one turn after another, when nobody waits."""

    def __init__(
        self, *, model: LanguageModel, embedder: Embedder, turns: Turns, memories: Memories, people: People, reach_out: ReachOut,
        supervisor: Supervisor, attend: Attend | None = None,
    ) -> None:
        self._model = model
        self._embedder = embedder
        self._turns = turns
        self._memories = memories
        self._people = people
        self._matters = Matters(people)
        self._reach_out = reach_out
        self._supervisor = supervisor
        self._attend = attend or Attend(people)
        self._at_work: dict[str, list[asyncio.Task[None]]] = {}
        # The model works on one thing at a time; so many people's messages waiting for it would only time out.
        self._one_at_a_time = asyncio.Lock()

    def start(self, person: str) -> None:
        """Catch up with what this person said, in the background."""
        tasks = self._at_work.setdefault(person, [])
        task = self._supervisor.start(self._catch_up(person, tasks[-1] if tasks else None), name=f"remember {person}", timeout=_TIMEOUT)
        tasks.append(task)
        task.add_done_callback(lambda done: self._end(person, done))

    async def start_all(self) -> None:
        """At start: catch up with everything that was said before and not thought over."""
        for person in dict.fromkeys(turn.person for turn in await self._turns.waiting(limit=10_000)):
            self.start(person)

    def drop(self, person: str) -> None:
        """Stop: they asked to be forgotten."""
        for task in self._at_work.get(person, ()):
            task.cancel()

    def _end(self, person: str, task: asyncio.Task[None]) -> None:
        self._at_work[person].remove(task)
        if not self._at_work[person]:
            del self._at_work[person]

    async def _catch_up(self, person: str, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.wait([before])
        while waiting := [turn for turn in await self._turns.waiting(person, limit=20) if not await self._attend.awaits_answer(turn)]:
            for turn in waiting:
                async with self._one_at_a_time:
                    await self.turn(turn)

    async def turn(self, turn: Turn) -> tuple[Memory, ...]:
        """Remember one turn; the memories that were kept. What told of danger is never looked into; what only might have, once they said no."""
        if not await self._attend.may_be_remembered(turn):
            await self._turns.settle([turn.id])
            return ()
        zone = (await self._people.consent(turn.person)).timezone
        turn = replace(turn, text=own_part(turn.text))  # what they pass on of others is not theirs
        await self._learn_from_answer(turn)
        found = await self._mattering(turn, await self._find(turn, zone)) if salience(turn.text).worth else ()
        vectors = await self._embed([turn.text, *(f"{x.memory.gist} {x.memory.quote}" for x in found)])
        kept = []
        for i, extracted in enumerate(found, start=1):
            memory = await self._keep(extracted, None if vectors is None else vectors[i], zone)
            if memory is not None:
                kept.append(memory)
                if not memory.superseded_by:
                    await self._reach_out.plan(memory)
        await self._close_what_it_tells(turn, None if vectors is None else vectors[0], zone)
        if all(memory.happens_at is None for memory in kept):  # else that is asked about anyway
            await self._keep_word(turn, zone)
        await self._turns.settle([turn.id], None if vectors is None else vectors[:1], self._embedder.name)
        return tuple(kept)

    async def _keep_word(self, turn: Turn, zone: str) -> None:
        """What the answer to it promised for a time, the companion is to do."""
        recent = await self._turns.recent(turn.person, turn.conversation, _LOOKED_BACK)
        reply = next((t for t in recent if t.by_bot and t.reply_to == turn.id), None)
        given = await asyncio.to_thread(promised, reply, turn, zone) if reply is not None else None
        if given is None or any(m.gist == given[0].gist and m.said_at == turn.said_at for m in await self._memories.browse(turn.person, kind=Kind.PLAN)):
            return
        vector = await self._embed([f"{given[0].gist} {given[0].quote}"])
        memory = await self._memories.keep(given[0], [given[1]], None if vector is None else vector[0], self._embedder.name)
        if memory is not None:
            await self._reach_out.plan(memory)

    async def _mattering(self, turn: Turn, found: Sequence[Extracted]) -> tuple[Extracted, ...]:
        """With the importance that such things have for this person; without what they taught us not to keep."""
        leaning = await self._matters.of(turn.person)
        return tuple(replace(x, memory=replace(x.memory, importance=importance(leaning, x.memory))) for x in found if not dull(leaning, x.memory))

    async def _learn_from_answer(self, turn: Turn) -> None:
        """A reply that used memories, and that they went on from at once, was helped by those."""
        recent = await self._turns.recent(turn.person, turn.conversation, _LOOKED_BACK)
        before = next((t for t in reversed(recent) if t.id < turn.id), None)
        if before is None or not before.by_bot or turn.said_at - before.said_at > _AT_ONCE:
            return
        for number in before.recalled:
            memory = await self._memories.get(turn.person, number)
            if memory is not None:
                await self._matters.taught(memory, "helped")

    async def _find(self, turn: Turn, zone: str) -> tuple[Extracted, ...]:
        """What the model sees in it and the turn supports; where the model cannot, their own words."""
        try:
            entries = [entry for passage in passages(turn.text) for entry in await self._ask(turn.person, passage)]
        except ModelError as fault:
            log.warning("extraction went without the model: %s", fault)
            return own_words(turn, zone)
        kept = verify(entries, turn, zone)
        return completed(kept, turn, zone) if kept or not entries else own_words(turn, zone)

    async def _ask(self, person: str, passage: str) -> list[Mapping[str, Any]]:
        request = Completion(
            messages=extraction_prompt(passage), max_tokens=_LONGEST_ANSWER, temperature=0.0, schema=SCHEMA, background=True,
            repeat_penalty=1.0, owner=person,
        )
        parts = []
        async with aclosing(self._model.stream(request)) as pieces:
            async for piece in pieces:
                parts.append(piece)
        entries = entries_of("".join(parts))
        # It ran into the limit in the middle of an entry. A marker that fails verification, so that rules take over.
        return [{}] if entries is None else entries

    async def _embed(self, texts: Sequence[str]) -> Vectors | None:
        try:
            return await self._embedder.embed(texts)
        except ModelError as fault:
            log.warning("stored without vectors, found by words only: %s", fault)
            return None

    async def _close_what_it_tells(self, turn: Turn, vector: Vectors | None, zone: str) -> None:
        """Plans whose outcome this message tells need not be asked about any more."""
        known = await self._memories.search(
            turn.person, private_audience(turn.person), turn.text, vector, self._embedder.name, limit=100
        )
        for memory in resolved(turn.text, turn.said_at, known):
            await self._memories.change(replace(memory, resolved_at=turn.said_at))
        if is_bare(turn.text):
            plans = await self._memories.browse(turn.person, kind=Kind.PLAN)
            over = await asyncio.to_thread(just_over, turn.said_at, plans, zone)
            if over is not None:
                await self._complete(over, turn)

    async def _complete(self, over: Memory, turn: Turn) -> None:
        """ "It went ok": the event is told to its end. Elsewhere than where it was told of, it is only known to be over."""
        if over.audience == turn.audience:
            whole = went(over, turn.text, turn.said_at)
            vector = await self._embed([f"{whole.gist} {whole.quote}"])
            said = Evidence(turn=turn.id, start=0, end=len(turn.text))
            if await self._memories.keep(whole, [said], None if vector is None else vector[0], self._embedder.name, continues=[over.id]):
                return
        await self._memories.change(replace(over, resolved_at=turn.said_at))

    async def _keep(self, extracted: Extracted, vector: Vectors | None, zone: str) -> Memory | None:
        memory = extracted.memory
        known = await self._memories.search(memory.person, memory.audience, memory.quote, vector, self._embedder.name, limit=40)
        # What was said elsewhere stays as it is there: a private word must not take a public one's place.
        here = [c for c in known if c.memory is not None and c.memory.audience == memory.audience]
        over, newer = await self._around(memory)
        memory, again = replace(memory, superseded_by=newer), repeats(memory, here)
        # The calendar work takes a while; in a thread, so that nobody waits for an answer meanwhile.
        event = None if newer else await asyncio.to_thread(event_of, memory, here, zone)
        if event is not None and event.id not in (*again, *over):
            whole = joined(memory, event, zone)
            wider = await self._embed([f"{whole.gist} {whole.quote}"])
            first = None if wider is None else wider[0]
            kept = await self._memories.keep(whole, [extracted.evidence], first, self._embedder.name, replaces=over, continues=(event.id, *again))
            if kept is not None:
                return kept
        width = None if vector is None else np.asarray(vector, dtype=np.float32)
        return await self._memories.keep(memory, [extracted.evidence], width, self._embedder.name, replaces=over, continues=again)

    async def _around(self, memory: Memory) -> tuple[tuple[int, ...], int]:
        """Memories of the same audience that this one ends, and the one that ends it already, if what was said is older (0 for none). All are
        looked at: "moved to Oslo" need not look like "lives in Bergen"."""
        if not facts(memory.quote) and not past_facts(memory.quote):
            return (), 0
        held = await self._memories.browse(memory.person, limit=_ALL)
        # Thousands of sentences are read for it; in a thread, so that nobody waits for an answer meanwhile.
        return await asyncio.to_thread(_changes, memory, [m for m in held if m.audience == memory.audience])


def _changes(memory: Memory, held: Sequence[Memory]) -> tuple[tuple[int, ...], int]:
    newer = contradicted_by(memory, held)
    return ends(memory, held), newer[-1].id if newer else 0
