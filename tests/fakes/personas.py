"""Cards that tests put there and take away."""

from collections.abc import Mapping
from dataclasses import replace

from bot.mind.persona import Exchange, Persona, Principle

CARD = Persona(
    name="mika", display="Mika", summary="An old friend.", pronouns="she/her", languages=("en",), prompt="You are Mika, an old friend.",
    voice=(Exchange("I cleaned the flat.", "Even the drawer of doom?"), Exchange("Are you real?", "No, I'm a program. Still me.")),
    values=(Principle(says="honesty"),), teasing=0.7, greeting="Oh good, it's you.", follow_up=("So, {event}. How did it go?",),
    unsure=("You never told me that one. Tell me?",), honest=("I'm a program on a computer.",), trouble="My head just went blank, sorry.",
)


class FakePersonas:
    """Cards by name; ``bad`` holds those that cannot be used, with the reason."""

    def __init__(self, *names: str) -> None:
        self.cards = {name: replace(CARD, name=name, display=name.title()) for name in names or ("mika",)}
        self.bad: dict[str, str] = {}

    def get(self, name: str) -> Persona | None:
        return None if name in self.bad else self.cards.get(name)

    def names(self) -> tuple[str, ...]:
        return tuple(sorted(name for name in self.cards if name not in self.bad))

    def faults(self) -> Mapping[str, str]:
        return self.bad
