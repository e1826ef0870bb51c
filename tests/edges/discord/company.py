"""A companion for the edge's own tests: it hears, and says what it is told to say."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

from simcord.env import Env

from bot.errors import DeliveryError, StoreError
from bot.flows.floor import Floor
from bot.flows.forget import Forget
from bot.flows.inbox import Inbox, Incoming, ReplyTo
from bot.flows.supervise import Supervisor
from bot.flows.wardrobe import Wardrobe
from bot.mind.events import Consent, Turn
from bot.sdk import Companion
from tests.fakes.model import FakeModel
from tests.fakes.personas import FakePersonas
from tests.fakes.store import FakeStore


@dataclass
class Settings:
    """The part of ``People`` that the edge reads."""

    chosen: dict[tuple[str, str], str] = field(default_factory=dict)
    broken: bool = False

    async def setting(self, scope: str, key: str) -> str | None:
        if self.broken:
            raise StoreError("the database is locked; close other programs that use it")
        return self.chosen.get((scope, key))

    async def set_setting(self, scope: str, key: str, value: str | None) -> None:
        self.chosen[scope, key] = value or ""

    async def settings(self, scope: str) -> Mapping[str, str]:
        if self.broken:
            raise StoreError("the database is locked; close other programs that use it")
        return {key: value for (of, key), value in self.chosen.items() if of == scope}

    async def consent(self, person: str) -> Consent:
        return Consent(person=person)

    async def set_consent(self, consent: Consent) -> None: ...


async def _nothing(reply_to: ReplyTo) -> None: ...


@dataclass
class Echo:
    """Answers every burst with ``answer``, or with what it heard."""

    answer: str = ""
    heard: list[tuple[Turn, ...]] = field(default_factory=list)
    overheard: list[tuple[str, ...]] = field(default_factory=list)
    adult: list[bool] = field(default_factory=list)
    refused: list[DeliveryError] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    first: Callable[[ReplyTo], Awaitable[None]] = _nothing
    """Done before it answers."""
    shows: bool = True
    """Whether it streams what it says."""

    async def hear(self, burst: tuple[Incoming, ...]) -> None:
        self.heard.append(tuple(i.turn for i in burst))
        self.overheard.append(tuple(burst[0].overheard))
        self.adult.append(burst[0].adult)
        reply_to = burst[-1].reply_to
        async with reply_to.thinking():
            await self.first(reply_to)
            if self.shows:
                await reply_to.piece("you")
            try:
                self.sent.append(await reply_to.say(self.answer or "you said: " + burst[-1].turn.text))
            except DeliveryError as fault:
                self.refused.append(fault)


class Noon:
    """A clock that stands still; waiting takes no time and is noted, or never ends where it is ``endless``."""

    def __init__(self) -> None:
        self.endless = False
        self.slept: list[float] = []
        self._changed = asyncio.Event()

    def now(self) -> datetime:
        return datetime(2026, 3, 2, 12, tzinfo=UTC)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self._changed.set()
        await (asyncio.Event().wait() if self.endless else asyncio.sleep(0))

    async def has_slept(self, times: int) -> None:
        """Wait until somebody waited so many times."""
        while len(self.slept) < times:
            self._changed.clear()
            await self._changed.wait()


def bodies(env: Env, ending: str) -> list[dict[str, Any]]:
    """What was sent to Discord in requests whose path ends like this, in order."""
    return [request.json for request in env.http_requests if request.path.endswith(ending) and request.json]


def company(supervisor: Supervisor, echo: Echo, settings: Settings) -> Companion:
    """The rooms that the edge passes through; the others are not entered."""
    nobody = cast(Any, None)
    wardrobe = Wardrobe(settings, FakePersonas("mika"), "mika")
    return Companion(
        floor=Floor(settings, wardrobe, FakeStore().diary),
        clock=Noon(), people=settings, inbox=Inbox(supervisor, echo), supervisor=supervisor,
        turns=nobody, memories=nobody, diary=nobody, proposals=nobody, outbox=nobody, recollect=nobody,
        permission=nobody, residents=FakeStore().residents,
        forget=Forget(FakeStore().forgetting, nobody, settings, lambda person: None, lambda person: None, FakeModel()),
        keep=nobody, transfer=nobody, pictures=nobody, reach_out=nobody, wardrobe=wardrobe,
    )
