"""Unprompted messages at the terminal."""

from bot.edges.console.terminal import Terminal
from bot.edges.console.visitor import Visitor
from bot.errors import DeliveryError
from bot.mind.events import Place
from bot.sdk import Unprompted


class NobodyThere:
    """Where a program reads the answers, nobody can be written to."""

    async def conversation(self, person: str) -> str:
        raise DeliveryError("nobody sits at this terminal")

    async def visit(self, person: str, place: Place) -> tuple[int, ...]:
        raise DeliveryError("there are no channels at a terminal")

    async def send(self, message: Unprompted) -> str:
        raise DeliveryError("nobody sits at this terminal")


class TerminalMessenger:
    """Prints what the companion wants to say to the visitor."""

    def __init__(self, terminal: Terminal, visitor: Visitor) -> None:
        self._terminal = terminal
        self._visitor = visitor

    async def conversation(self, person: str) -> str:
        if person != self._visitor.person:
            raise DeliveryError("this person is not at this terminal")
        return person

    async def visit(self, person: str, place: Place) -> tuple[int, ...]:
        raise DeliveryError("there are no channels at a terminal")

    async def send(self, message: Unprompted) -> str:
        await self.conversation(message.person)
        self._terminal.interject(message.text)
        return ""
