"""When nobody talks: let go of what has faded, write summaries anew, clear away what expired. It gives way at once and goes on later."""

import logging
from contextlib import aclosing
from datetime import datetime, timedelta

import numpy as np

from bot.errors import ModelError
from bot.flows.leaps import believed
from bot.flows.supervise import Supervisor
from bot.mind.digest import digest, groups, outdated
from bot.mind.events import Memory, private_audience
from bot.mind.fidelity import faithful, said_by
from bot.mind.house_rules import RETENTION
from bot.mind.prompt import estimate_tokens
from bot.mind.summary import Outline, Summary, composed, outlines, summary_prompt
from bot.ports import Clock, Completion, Embedder, Fading, LanguageModel, Memories, People, Summaries

log = logging.getLogger(__name__)

IDLE = timedelta(minutes=5)
"""How long nobody has said anything before it begins."""

_LOOK = 60.0
"""Seconds between two looks whether it is time."""

_TIMEOUT = 3600.0
"""Seconds for one sitting; what is not done then is done in the next one."""

_EVERY = timedelta(hours=24)
"""Between two looks at people about whom nothing was said: time passes for them too; and so long expired words wait for a quiet hour."""

_ALL = 100_000
_AT_A_TIME = 20
_SCOPE, _ROUSED, _CLEARED = "companion", "reflect.roused", "reflect.cleared"


class Reflect:
    """One sitting after another, each while nobody talks. ``turns_for`` is how long what was said is kept; None for ever."""

    def __init__(
        self, *, clock: Clock, memories: Memories, people: People, fading: Fading, summaries: Summaries, embedder: Embedder,
        model: LanguageModel, supervisor: Supervisor, turns_for: timedelta | None,
    ) -> None:
        self._clock = clock
        self._memories = memories
        self._people = people
        self._fading = fading
        self._summaries = summaries
        self._embedder = embedder
        self._model = model
        self._supervisor = supervisor
        self._turns_for = turns_for
        self._stirred = clock.now()
        self._sitting = False

    def stir(self) -> None:
        """Somebody said something: give way."""
        self._stirred = self._clock.now()
        self._sitting = False

    async def used(self, person: str, memories: tuple[int, ...]) -> None:
        """These came to a reply."""
        if memories:
            await self._fading.used(person, memories, self._clock.now())

    async def portrait(self, person: str, audience: str) -> str:
        """What stands about this person in every prompt of this audience; "" while there is nothing."""
        return next((s.text for s in await self._summaries.of(person, audience) if s.level == "portrait"), "")

    async def watch(self) -> None:
        """Sit down whenever nobody has talked for a while, until cancelled; once a day clear away what expired, also where somebody always talks."""
        while True:
            await self._clock.sleep(_LOOK)
            # However far off: a clock that was set back must not keep it waiting until that time comes again.
            if not self._sitting and abs(self._clock.now() - self._stirred) >= IDLE:
                await self._supervisor.start(self.sit(), name="reflect", timeout=_TIMEOUT)
            elif not self._sitting and await self._is_due(_CLEARED):
                await self._supervisor.start(self._clear(), name="clear away", timeout=_TIMEOUT)

    async def sit(self) -> bool:
        """One sitting; whether everything was done."""
        self._sitting = True
        try:
            if not await believed(self._people, self._clock.now()):
                return False
            await self._let_time_pass()
            while self._sitting and (restless := await self._summaries.restless(_AT_A_TIME)):
                for person, version in restless:
                    if not await self._think_of(person, version):
                        return False
            if not self._sitting or not await self._fading.clean(lambda: not self._sitting):
                return False
            await self._note(_CLEARED)
            return True
        finally:
            self._sitting = False

    async def _clear(self) -> None:
        """What expired, from the files too. It takes moments, and the model is not needed."""
        if await believed(self._people, self._clock.now()):
            await self._let_time_pass()
            await self._fading.clean(lambda: False)
        await self._note(_CLEARED)

    async def _let_time_pass(self) -> None:
        now = self._clock.now()
        if self._turns_for is not None:
            await self._fading.expire(now - self._turns_for)
        for server, days in (await self._people.settings(RETENTION)).items():
            await self._fading.expire(now - timedelta(days=int(days)), server)
        if await self._is_due(_ROUSED):
            await self._summaries.rouse()
            await self._note(_ROUSED)

    async def _is_due(self, what: str) -> bool:
        """A day after it was last noted, or when it never was."""
        before = await self._people.setting(_SCOPE, what)
        return before is None or abs(self._clock.now() - datetime.fromisoformat(before)) >= _EVERY

    async def _note(self, what: str) -> None:
        await self._people.set_setting(_SCOPE, what, self._clock.now().isoformat())

    async def _think_of(self, person: str, version: int) -> bool:
        """False when it was disturbed: they stay restless."""
        known = await self._memories.browse(person, past=True, limit=_ALL)
        if await self._let_go(person, known):
            return self._sitting  # their version has changed: they come again
        for audience in dict.fromkeys([private_audience(person), *(m.audience for m in known)]):
            heard = [m for m in known if _hears(audience, m)]
            there = {(s.level, s.about): s for s in await self._summaries.of(person, audience)}
            written = [
                await self._write(person, audience, outline, there.get((outline.level, outline.about)))
                for outline in outlines(heard, self._clock.now()) if self._sitting
            ]
            if not self._sitting:
                return False
            await self._summaries.write(person, audience, written, version)
        await self._summaries.calm(person, version)
        return self._sitting

    async def _let_go(self, person: str, known: tuple[Memory, ...]) -> bool:
        """Fold what has faded, drop what does not even hold any more; whether there was any."""
        now, changed = self._clock.now(), False
        for group in groups(known, now):
            stands = digest(group)
            vector = await self._vector(f"{stands.gist} {stands.quote}")
            changed |= self._sitting and await self._fading.fold(stands, group, vector, self._embedder.name) is not None
        over = outdated(known, now)
        if over:
            await self._fading.drop(person, over)
        return changed or bool(over)

    async def _vector(self, text: str) -> "np.ndarray[tuple[int, ...], np.dtype[np.float32]] | None":
        try:
            return np.asarray((await self._embedder.embed([text]))[0], dtype=np.float32)
        except ModelError as fault:
            log.warning("a digest is found by its words only: %s", fault)
            return None

    async def _write(self, person: str, audience: str, outline: Outline, before: Summary | None) -> Summary:
        """The one from before, when it rests on the same memories: one that is still there is still true."""
        if before is not None and set(before.sources) == {m.id for m in outline.lines}:
            return before
        return Summary(
            person=person, audience=audience, level=outline.level, about=outline.about, text=await self._words(person, outline),
            sources=tuple(m.id for m in outline.lines),
        )

    async def _words(self, person: str, outline: Outline) -> str:
        """What the model writes, as far as the memories support it, and behind it what it left out, as far as it fits."""
        gists = [m.gist for m in outline.lines]
        if len(gists) < 2:
            return composed(outline)
        try:
            text = faithful(await self._ask(person, outline), gists)
        except ModelError as fault:
            log.warning("a summary was written without the model: %s", fault)
            return composed(outline)
        told = said_by(text, gists)
        for place, memory in enumerate(outline.lines):
            whole = f"{text} {memory.gist}".strip()
            if place not in told and estimate_tokens(whole) <= outline.room:
                text = whole
        return text

    async def _ask(self, person: str, outline: Outline) -> str:
        request = Completion(
            messages=summary_prompt(outline), max_tokens=outline.room + 20, temperature=0.0, repeat_penalty=1.0, background=True, owner=person
        )
        parts: list[str] = []
        async with aclosing(self._model.stream(request)) as pieces:
            async for piece in pieces:
                parts.append(piece)
                if not self._sitting:
                    break
        return "".join(parts)


def _hears(audience: str, memory: Memory) -> bool:
    return memory.superseded_by == 0 and (
        audience == private_audience(memory.person) or memory.audience == audience or memory.shareable
    )
