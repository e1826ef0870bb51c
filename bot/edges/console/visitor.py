"""Who sits at the terminal."""

from dataclasses import dataclass

from bot.mind.speech import clean
from bot.sdk import Clock, Turn, private_audience


@dataclass(frozen=True, slots=True)
class Visitor:
    """A person at the console, by the name they gave. Always alone with the companion."""

    name: str

    @property
    def person(self) -> str:
        return f"console:{self.name}"

    @property
    def audience(self) -> str:
        return private_audience(self.person)

    def says(self, line: str, clock: Clock) -> Turn | None:
        """The line as a message; None when there is nothing to see in it."""
        text = clean(line)
        if not text:
            return None
        return Turn(
            person=self.person,
            speaker=self.name,
            text=text,
            said_at=clock.now(),
            audience=self.audience,
            conversation=self.person,
        )
