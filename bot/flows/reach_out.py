"""One proposal -> at most one unprompted message."""

from datetime import datetime, time

from bot.mind.events import Consent, Memory, Proposal


class ReachOut:
    """Plans, permits, claims, words and sends unprompted messages."""

    async def opt_in(self, person: str, on: bool) -> Consent:
        """The person's word on being written to."""
        raise NotImplementedError

    async def set_quiet_hours(self, person: str, start: time, end: time) -> Consent:
        """Local times; equal means none."""
        raise NotImplementedError

    async def set_timezone(self, person: str, name: str) -> Consent:
        """An IANA name or a city's ("Europe/Berlin", "berlin"). Raises OldfriendError with near matches for unknown ones."""
        raise NotImplementedError

    async def planned(self, person: str) -> tuple[Proposal, ...]:
        """What is planned for this person, by due time."""
        raise NotImplementedError

    async def plan(self, memory: Memory) -> tuple[Proposal, ...]:
        """Ask every source about a memory that was just kept; what they propose is stored and its time noted."""
        raise NotImplementedError

    async def consider(self, proposal: int) -> None:
        """Its time has come: judge it on the state of this moment; speak, wait or drop."""
        raise NotImplementedError

    async def next_due(self) -> datetime | None:
        """When the next open proposal wants to be considered."""
        raise NotImplementedError
