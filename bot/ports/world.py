"""What is around: time, where messages go, the cards, and who proposes to write first."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from bot.mind.charts import Chart
from bot.mind.events import (
    Consent,
    Memory,
    Place,
    Proposal,
    Unprompted,
)
from bot.mind.persona import Persona
from bot.mind.prompt import Message as Message


class Clock(Protocol):
    """The only source of time."""

    def now(self) -> datetime: ...

    async def sleep(self, seconds: float) -> None: ...


class Messenger(Protocol):
    """Delivers unprompted messages. Called by ``flows.reach_out``."""

    async def conversation(self, person: str) -> str:
        """Where to write to them: their private conversation, opened if it was not. Raises CannotReach when they are not to
        be written to again, and DeliveryError when it is not possible now (not connected): try again later."""

    async def visit(self, person: str, place: Place) -> tuple[int, ...]:
        """See whether a channel of a server can be written to and whether this person reads it: its id, and that of the
        channel it is a thread of. Raises PlaceClosed when it cannot or they do not, and DeliveryError when that cannot be told now."""

    async def send(self, message: Unprompted) -> str:
        """Deliver; the platform's message id. In a server they are called by name, and it is made sure anew that the channel is
        open. Raises CannotReach when this person is not to be written to again, and DeliveryError when it failed this time."""


class Personas(Protocol):
    """The cards at hand."""

    def get(self, name: str) -> Persona | None:
        """The card as it is on disk now; None when there is none or it is faulty."""

    def names(self) -> tuple[str, ...]: ...

    def faults(self) -> Mapping[str, str]:
        """Cards that cannot be used, and why."""


class Painter(Protocol):
    """Draws. Called by ``flows.pictures``."""

    async def paint(self, chart: Chart) -> bytes:
        """A PNG that can be read on a dark and on a light page. Raises PictureError."""


class ProposalSource(Protocol):
    """Looks at a memory that was just kept and may propose to speak of it later. Pure; plugins bring more of them."""

    @property
    def name(self) -> str: ...

    def propose(self, memory: Memory, consent: Consent, now: datetime) -> Proposal | None: ...
