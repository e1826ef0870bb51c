"""What was written to a person unprompted, as restraint must count it."""

from datetime import datetime

from bot.mind.events import Unprompted
from bot.ports import Outbox, People

_KEY = "reach_out.times"
_KEPT = 10
"""More than any rule counts."""


class History:
    """The outbox, and the bare times of the last messages.

    A row of the outbox goes when the person deletes the memory it was about, and a message whose process died before
    its arrival was noted is ``lost`` there. Both were, or may have been, read: their times still count, and nothing but
    the time is kept.
    """

    def __init__(self, outbox: Outbox, people: People) -> None:
        self._outbox = outbox
        self._people = people

    async def of(self, person: str, before: Unprompted | None = None) -> tuple[Unprompted, ...]:
        """All that count; with ``before`` only those claimed before that one."""
        rows = await self._outbox.history(person)
        if before is not None:
            rows = tuple(row for row in rows if row.id < before.id)
        known = {row.at for row in rows}
        return rows + tuple(_bare(person, at) for at in await self._times(person) if at not in known)

    async def note(self, message: Unprompted) -> None:
        """It is about to be sent."""
        await self._write(message.person, [*await self._times(message.person), message.at])

    async def strike(self, message: Unprompted) -> None:
        """It was not delivered."""
        await self._write(message.person, [at for at in await self._times(message.person) if at != message.at])

    async def _times(self, person: str) -> list[datetime]:
        return [datetime.fromisoformat(at) for at in (await self._people.setting(person, _KEY) or "").split()]

    async def _write(self, person: str, times: list[datetime]) -> None:
        await self._people.set_setting(person, _KEY, " ".join(at.isoformat() for at in times[-_KEPT:]) or None)


def _bare(person: str, at: datetime) -> Unprompted:
    return Unprompted(person=person, conversation="", proposal=0, memory=0, nonce="", reason="", at=at, state="sent")
