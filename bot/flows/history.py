"""What was written to a person unprompted, as restraint must count it, and how they took it."""

from dataclasses import replace
from datetime import datetime

from bot.mind import reception as receptions
from bot.mind.events import Consent, Unprompted
from bot.mind.reception import Reception
from bot.ports import Outbox, People

_TIMES = "reach_out.times"
_RECEPTION = "reach_out.reception"
_KEPT = 10
"""More than any rule counts."""

Past = tuple[tuple[Unprompted, ...], Reception]


class History:
    """The outbox, the bare times of the last messages, and what was learned from their reception.

    A row of the outbox goes when the person deletes the memory it was about, and a message whose process died before
    its arrival was noted is ``lost`` there. Both were, or may have been, read: their times still count, and nothing but
    the time is kept.
    """

    def __init__(self, outbox: Outbox, people: People) -> None:
        self._outbox = outbox
        self._people = people
        self._heard_since: set[str] = set()
        """Who wrote since they were last written to, as far as this process knows."""

    async def of(self, person: str, now: datetime, before: Unprompted | None = None) -> Past:
        """All that count, and how they were taken; with ``before`` only those claimed before that one."""
        rows = await self._outbox.history(person)
        if before is not None:
            rows = tuple(row for row in rows if row.id < before.id)
        known = {row.at for row in rows}
        settings = await self._people.settings(person)
        bare = tuple(_bare(person, at) for at in _times(settings.get(_TIMES)) if at not in known)
        return rows + bare, receptions.by(receptions.read(settings.get(_RECEPTION)), now)

    async def reception(self, person: str) -> Reception:
        return receptions.read(await self._people.setting(person, _RECEPTION))

    async def note(self, message: Unprompted, topic: str, consent: Consent) -> None:
        """It is about to be sent."""
        await self._write(message.person, [*await self._noted(message.person), message.at])
        self._heard_since.discard(message.person)
        await self._learn(message.person, receptions.sent(await self.reception(message.person), topic, consent, message.at), message.at)

    async def strike(self, message: Unprompted) -> None:
        """It was not delivered."""
        await self._write(message.person, [at for at in await self._noted(message.person) if at != message.at])
        await self._learn(message.person, replace(await self.reception(message.person), awaited=None), message.at)

    async def heard(self, person: str, now: datetime) -> bool:
        """They wrote: what was awaited is answered, or was not. Whether it is the first time since they were last written to, or
        may be: only then can anything have waited for it."""
        if person in self._heard_since:
            return False
        before = await self.reception(person)
        if before.awaited is not None:
            await self._learn(person, receptions.heard(before, now), now)
        self._heard_since.add(person)
        return True

    async def dismissed(self, person: str, topic: str, now: datetime) -> None:
        """They do not want to be written to about this."""
        await self._learn(person, receptions.dismissed(await self.reception(person), topic, now), now)

    async def _learn(self, person: str, reception: Reception, now: datetime) -> None:
        await self._people.set_setting(person, _RECEPTION, receptions.written(reception, now))

    async def _noted(self, person: str) -> list[datetime]:
        return _times(await self._people.setting(person, _TIMES))

    async def _write(self, person: str, times: list[datetime]) -> None:
        await self._people.set_setting(person, _TIMES, " ".join(at.isoformat() for at in times[-_KEPT:]) or None)


def _times(text: str | None) -> list[datetime]:
    return [datetime.fromisoformat(at) for at in (text or "").split()]


def _bare(person: str, at: datetime) -> Unprompted:
    return Unprompted(person=person, conversation="", proposal=0, memory=0, nonce="", reason="", at=at, state="sent")
