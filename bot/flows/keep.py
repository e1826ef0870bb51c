"""What a person does with what is remembered of them: put it right, pin it, make one of two, ask why, pause.

Everything here is for the owner's eyes and in the owner's name: an id that is not theirs finds nothing.
"""

from collections.abc import Sequence
from dataclasses import replace

from bot.errors import ModelError, OldfriendError
from bot.flows.matters import Matters
from bot.flows.reach_out import ReachOut
from bot.mind.account import NO_LONGER_KNOWN, account
from bot.mind.consolidate import contradicted_by
from bot.mind.correction import LONGEST, corrected, merged
from bot.mind.events import Decision, Memory, Source, Turn
from bot.mind.extraction import wanted
from bot.mind.permission import NOT_ALLOWED
from bot.mind.quoting import own_part
from bot.ports import Clock, Diary, Embedder, Forgetting, Keeping, Memories, People, Turns, Vectors

_KEY, _PAUSED = "remembering", "paused"
_SEARCHED = 1000
_LAST = 40
_ALL = 100_000
_WISHED = 0.8
"""Importance, at least, of what somebody asked to have remembered."""


class Keep:
    """Carries out a person's word about their memories. What names a memory returns None when it is not theirs."""

    def __init__(
        self, *, clock: Clock, turns: Turns, memories: Memories, keeping: Keeping, forgetting: Forgetting, people: People,
        diary: Diary, embedder: Embedder, reach_out: ReachOut,
    ) -> None:
        self._clock = clock
        self._turns = turns
        self._memories = memories
        self._keeping = keeping
        self._forgetting = forgetting
        self._people = people
        self._diary = diary
        self._embedder = embedder
        self._reach_out = reach_out
        self._matters = Matters(people)

    async def edit(self, person: str, memory: int, text: str) -> Memory | None:
        """Put it into other words; its evidence stays. Raises OldfriendError when the words are none or too many."""
        known = await self._memories.get(person, memory)
        if known is None:
            return None
        right = corrected(known, text, self._clock.now(), (await self._people.consent(person)).timezone)
        if right is None:
            raise OldfriendError("A memory needs some words, {} characters at most. Nothing was changed; type it again.", LONGEST)
        written = await self._keeping.correct(right, await self._vector(right), self._embedder.name)
        await self._matters.taught(right, "corrected")
        return await self._planned(written)

    async def pin(self, person: str, memory: int, on: bool) -> Memory | None:
        """A pinned one neither fades nor is replaced. When the pin goes, what they said since takes its place, if it says otherwise."""
        known = await self._memories.get(person, memory)
        if known is None:
            return None
        changed = replace(known, pinned=on)
        await self._memories.change(changed)
        if on and not known.pinned:
            await self._matters.taught(known, "pinned")
        newer = () if on else await self.newer(changed)
        if newer:
            await self._keeping.supersede(person, memory, newer[-1].id)
        return await self._memories.get(person, memory)

    async def share(self, person: str, memory: int, on: bool) -> Memory | None:
        """A shared one may be used wherever its owner is talked with; any other only where it was told, and in private."""
        known = await self._memories.get(person, memory)
        if known is not None:
            await self._memories.change(replace(known, shareable=on))
        return None if known is None else await self._memories.get(person, memory)

    async def newer(self, memory: Memory) -> tuple[Memory, ...]:
        """What they said since that says otherwise, oldest first: only a pinned memory can stand beside such."""
        held = await self._memories.browse(memory.person, limit=_ALL)
        return contradicted_by(memory, [m for m in held if m.audience == memory.audience])

    async def merge(self, person: str, memory: int, other: int) -> Memory | None:
        """Make the first say what both say, with the evidence of both. None when one is not theirs, or holds no more, or both are the same."""
        one, two = await self._memories.get(person, memory), await self._memories.get(person, other)
        if one is None or two is None:
            return None
        both = merged(one, two)
        return await self._planned(await self._keeping.merge(both, other, await self._vector(both), self._embedder.name))

    async def sources(self, person: str, memory: int) -> tuple[Source, ...]:
        """Their words that it rests on."""
        return await self._keeping.sources(person, memory)

    async def remember(self, turn: Turn) -> tuple[Memory, ...]:
        """Keep what they said there, because they asked for it; what is known from it already is returned as it is. Also while paused."""
        said = await self._keeping.turn(turn.person, turn.conversation, turn.message_id) or await self._turns.add(turn)
        if said.by_bot:
            raise OldfriendError("I said that myself, and what I say is no memory of yours. Choose a message that you wrote.")
        if said.id < 0:
            raise OldfriendError(NOT_ALLOWED)
        if known := await self._made_of(said):
            return known
        if said.fleeting:
            # What stays is a copy: the one in the conversation goes with the pause.
            said = await self._turns.add(replace(said, id=0, fleeting=False, message_id=""))
        zone = (await self._people.consent(said.person)).timezone
        kept = []
        for found in wanted(replace(said, text=own_part(said.text)), zone):
            wish = replace(found.memory, importance=max(found.memory.importance, _WISHED))
            memory = await self._memories.keep(wish, [found.evidence], await self._vector(wish), self._embedder.name)
            if memory is not None:
                kept.append(memory)
                await self._matters.taught(memory, "wished")
                await self._reach_out.plan(memory)
        await self._turns.settle([said.id])
        return tuple(kept)

    async def why(self, person: str, conversation: str, message_id: str = "") -> tuple[str, ...]:
        """Why the companion said that to them; "" is the last thing it said there. Lines to show."""
        said = await self._reply(person, conversation, message_id)
        if said is None:
            return ("That is not something I said to you. Choose one of my answers to you.",) if message_id else ("I have not said anything here yet.",)
        if not said.reply_to and said.recalled:
            return tuple((await self._reach_out.reactions.react(person, "why")).splitlines())
        decisions = await self._diary.recent(person, _SEARCHED)
        decision = next((d for d in decisions if d.turn == said.reply_to and d.act == "reply"), None)
        if decision is None:
            return (NO_LONGER_KNOWN,)
        return account(decision, await self._used(decision))

    async def used(self, person: str, conversation: str, message_id: str) -> tuple[Memory, ...]:
        """The memories that came to something the companion said to them."""
        said = await self._reply(person, conversation, message_id) if message_id else None
        found = [await self._memories.get(person, number) for number in (said.recalled if said else ())]
        return tuple(memory for memory in found if memory is not None)

    async def learned(self, person: str) -> tuple[str, ...]:
        """What was learned about what matters to them, in words."""
        return await self._matters.explained(person)

    async def unlearn(self, person: str) -> None:
        """Forget what was learned; memories stay as they are."""
        await self._matters.reset(person)

    async def pause(self, person: str, on: bool) -> None:
        """While paused, what they say is there for the conversation alone. Resuming deletes what is left of it."""
        await self._people.set_setting(person, _KEY, _PAUSED if on else None)
        if not on:
            await self._forgetting.fleeting(person)

    async def paused(self, person: str) -> bool:
        return await is_paused(self._people, person)

    async def _made_of(self, turn: Turn) -> tuple[Memory, ...]:
        held = await self._memories.browse(turn.person, limit=_ALL)
        then = [m for m in held if (m.said_at, m.audience) == (turn.said_at, turn.audience)]
        rests = [m.quote in turn.text or any(s.turn == turn.id for s in await self._keeping.sources(m.person, m.id)) for m in then]
        return tuple(m for m, here in zip(then, rests, strict=True) if here)

    async def _reply(self, person: str, conversation: str, message_id: str) -> Turn | None:
        if message_id:
            said = await self._keeping.turn(person, conversation, message_id)
            return said if said is not None and said.by_bot else None
        recent = await self._turns.recent(person, conversation, _LAST)
        return next((t for t in reversed(recent) if t.by_bot), None)

    async def _used(self, decision: Decision) -> list[tuple[Memory, Sequence[Source]]]:
        used: list[tuple[Memory, Sequence[Source]]] = []
        for number in decision.memories:
            memory = await self._memories.get(decision.person, number)
            if memory is not None:
                used.append((memory, await self._keeping.sources(decision.person, number)))
        return used

    async def _planned(self, memory: Memory | None) -> Memory | None:
        if memory is not None:
            await self._reach_out.plan(memory)
        return memory

    async def _vector(self, memory: Memory) -> Vectors | None:
        try:
            vector: Vectors = (await self._embedder.embed([f"{memory.gist} {memory.quote}"]))[0]
        except ModelError:
            return None
        return vector


async def is_paused(people: People, person: str) -> bool:
    """Whether they do not want what they say to be remembered now."""
    return await people.setting(person, _KEY) == _PAUSED
