"""The companion at a terminal: real store, a pretended model."""

import asyncio
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.config import ROOT
from bot.edges.console import Scripted, Visitor
from bot.edges.persona_files import PersonaFiles
from bot.errors import ModelFailed, OldfriendError
from bot.flows.inbox import Incoming
from bot.mind.events import Evidence, Kind, Memory, Place, Proposal
from bot.mind.persona import Persona
from bot.ports import Vectors
from bot.sdk import Companion
from tests.fakes.clock import START

SAM = Visitor("sam")


class Echo:
    """Says what it heard, in the pieces given to it; stores the turn as ``converse`` does."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.pieces: Sequence[str] = ()
        self.fault: OldfriendError | None = None
        self.stuck = asyncio.Event()
        self.sticks = False
        self.cancelled = False

    async def hear(self, burst: tuple[Incoming, ...]) -> None:
        reply = burst[-1].reply_to
        self.heard += [incoming.turn.text for incoming in burst]
        if self.fault:
            raise self.fault
        async with reply.thinking():
            for piece in self.pieces:
                await reply.piece(piece)
            if self.sticks:
                self.stuck.set()
                try:
                    await asyncio.Event().wait()
                except asyncio.CancelledError:
                    self.cancelled = True
                    raise
        await reply.say("".join(self.pieces) or f"You said: {burst[-1].turn.text}")


def mika() -> Persona:
    persona = PersonaFiles(ROOT / "personas").get("mika")
    assert persona is not None
    return persona


class NoEmbedder:
    """Words alone must find."""

    name = "none"

    async def embed(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        raise ModelFailed("there is none")

    async def aclose(self) -> None: ...


class NoWords:
    async def write(self, proposal: Proposal, memory: Memory, now: datetime, place: Place) -> str:
        raise ModelFailed("there are none")


@dataclass
class Room:
    """A companion in a temporary home, and what hears its messages."""

    companion: Companion
    echo: Echo
    written: list[str] = field(default_factory=list)

    async def type(self, *lines: str | bytes) -> list[str]:
        """Give these lines to a scripted chat; what it wrote."""
        self.written.clear()
        data = b"\n".join(line.encode() if isinstance(line, str) else line for line in lines)
        read, write = os.pipe()
        os.write(write, data)
        os.close(write)
        try:
            await Scripted(self.companion, SAM, self.written.append).run(read)
        finally:
            os.close(read)
        return list(self.written)

    async def remember(self, text: str, gist: str) -> Memory:
        turn = SAM.says(text, self.companion.clock)
        assert turn is not None
        await self.companion.permission.presume(SAM.person)
        stored = await self.companion.turns.add(turn)
        memory = Memory(person=SAM.person, audience=SAM.audience, kind=Kind.PLAN, gist=gist, quote=text, said_at=START, happens_at=START)
        kept = await self.companion.memories.keep(memory, [Evidence(turn=stored.id, start=0, end=len(text))])
        assert kept is not None
        return kept
