"""What a visitor can do with their memories, beside looking at them and deleting them."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from bot.edges.console.visitor import Visitor
from bot.sdk import Companion, OldfriendError

Lines = tuple[str, ...]
Order = Callable[[str], Awaitable[Lines]]


class MemoryOrders:
    """Carries them out for one visitor."""

    def __init__(self, companion: Companion, visitor: Visitor) -> None:
        self._companion = companion
        self._keep = companion.keep
        self._visitor = visitor
        self._person = visitor.person

    def all(self) -> Mapping[str, Order]:
        """By their names."""
        return {
            "memory edit": self._edit, "memory pin": self._pin, "memory unpin": self._unpin, "memory share": self._share, "memory unshare": self._unshare, "memory merge": self._merge, "memory why": self._why,
            "memory remember": self._remember, "memory export": self._export, "memory import": self._import, "memory pause": self._pause,
            "memory resume": self._resume, "memory learned": self._learned, "memory reset-learning": self._reset_learning,
        }

    async def _edit(self, words: str) -> Lines:
        which, _, text = words.partition(" ")
        if not text.strip():
            return ("How should it be? /memory edit N WORDS",)
        memory = await self._keep.edit(self._person, number(which), text)
        return no_memory(which) if memory is None else (f"Noted: {memory.gist}",)

    async def _pin(self, which: str) -> Lines:
        memory = await self._keep.pin(self._person, number(which), True)
        if memory is None:
            return no_memory(which)
        return (f"Pinned: {memory.gist}", "It does not fade, and nothing you say later replaces it, until /memory unpin.")

    async def _unpin(self, which: str) -> Lines:
        memory = await self._keep.pin(self._person, number(which), False)
        if memory is None:
            return no_memory(which)
        newer = f" What you said since holds now: #{memory.superseded_by}." if memory.superseded_by else ""
        return (f"Unpinned: {memory.gist}{newer}",)

    async def _share(self, which: str) -> Lines:
        memory = await self._keep.share(self._person, number(which), True)
        return no_memory(which) if memory is None else (f"When I talk with you I may speak of this everywhere now: {memory.gist}",)

    async def _unshare(self, which: str) -> Lines:
        memory = await self._keep.share(self._person, number(which), False)
        return no_memory(which) if memory is None else (f"I use this only where you told it, and in private: {memory.gist}",)

    async def _merge(self, words: str) -> Lines:
        one, _, other = words.partition(" ")
        both = await self._keep.merge(self._person, number(one), number(other.strip()))
        if both is None:
            return ("I need two different memories of yours that still hold: /memory merge N M",)
        return (f"Now one, #{both.id}: {both.gist}",)

    async def _why(self, _: str) -> Lines:
        return await self._keep.why(self._person, self._person)

    async def _remember(self, words: str) -> Lines:
        turn = self._visitor.says(words, self._companion.clock)
        kept = await self._keep.remember(turn) if turn is not None else ()
        return tuple(f"I remember #{m.id}: {m.gist}" for m in kept) or ("What shall I keep? /memory remember WORDS",)

    async def _export(self, file: str) -> Lines:
        if not file:
            return ("Where to? /memory export FILE",)
        data = await self._companion.transfer.export(self._person)
        if fault := await asyncio.to_thread(put_into, file, data):
            return (fault,)
        return (f"Everything I know about you is in {file}, for your eyes. /memory import brings it back.",)

    async def _import(self, file: str) -> Lines:
        if not file:
            return ("Which one? /memory import FILE",)
        try:
            data = await asyncio.to_thread(_read, file)
        except OSError as fault:
            return (f"{file} cannot be read ({fault.strerror}); is it where /memory export put it?",)
        taken = await self._companion.transfer.take_in(self._person, data)
        return (f"Taken in: {taken.memories} memories, {taken.turns} messages, all private; {taken.known} memories I had already.",)

    async def _pause(self, _: str) -> Lines:
        await self._keep.pause(self._person, True)
        return (
            "Paused. What you say from now on makes no memories, is never searched, and is deleted an hour later or at /memory resume.",
            "What I know already stays.",
        )

    async def _resume(self, _: str) -> Lines:
        await self._keep.pause(self._person, False)
        return ("I remember again. What you said in between is deleted.",)

    async def _learned(self, _: str) -> Lines:
        told = await self._keep.learned(self._person)
        return told or ("Nothing yet. I learn from what you pin, put right and delete, and from what helped in a reply.",)

    async def _reset_learning(self, _: str) -> Lines:
        await self._keep.unlearn(self._person)
        return ("Done. I judge what matters as with anybody new; your memories are as they were.",)


def number(text: str) -> int:
    """Ids are positive, so 0 finds nothing."""
    digits = text.removeprefix("#")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 16 else 0


def no_memory(number: str) -> Lines:
    return (f"There is no memory {number or 'without a number'}; /memory list shows them.",)


def put_into(place: str, data: bytes) -> str:
    """Into a new file that only its owner can read; why not, in words, or ""."""
    try:
        with open(os.open(Path(place).expanduser(), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
    except FileExistsError:
        return f"{place} is there already; choose another name."
    except OSError as fault:
        return f"{place} cannot be written ({fault.strerror}); choose another place."
    return ""


def _read(place: str) -> bytes:
    """At most a little more than an import takes, however large the file."""
    limit = 33 * 2**20
    with Path(place).expanduser().open("rb") as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise OldfriendError(f"{place} is too large to be one of mine; bring the file that /memory export made")
    return data
