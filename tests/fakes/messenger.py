"""Where unprompted messages arrive in tests."""

from collections.abc import Awaitable, Callable

from bot.errors import DeliveryError
from bot.mind.events import Place, Unprompted


class FakeMessenger:
    """Keeps what was sent; ``fails`` is raised instead, ``unreachable`` when a way to somebody is looked for, ``meanwhile``
    runs while a message is on its way."""

    def __init__(self) -> None:
        self.sent: list[Unprompted] = []
        self.fails: DeliveryError | None = None
        self.unreachable: DeliveryError | None = None
        self.room = "discord:5"
        """The private conversation with anybody."""
        self.closed: DeliveryError | None = None
        """Why no channel of a server can be written to."""
        self.meanwhile: Callable[[Unprompted], Awaitable[None]] | None = None

    async def conversation(self, person: str) -> str:
        if self.unreachable is not None:
            raise self.unreachable
        return self.room

    async def visit(self, person: str, place: Place) -> tuple[int, ...]:
        if self.closed is not None:
            raise self.closed
        return (int(place.conversation.rpartition(":")[2]),)

    async def send(self, message: Unprompted) -> str:
        if self.meanwhile is not None:
            await self.meanwhile(message)
        if self.fails is not None:
            raise self.fails
        if message.audience and self.closed is not None:
            raise self.closed
        self.sent.append(message)
        return f"message-{len(self.sent)}"
