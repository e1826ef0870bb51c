"""Which persona is worn where: a person's choice in private; in a server a channel's choice, else the server's; else the default."""

from bot.errors import PersonaError
from bot.mind.events import is_private
from bot.mind.persona import Persona
from bot.ports import People, Personas

_KEY = "persona"


class Wardrobe:
    """Finds the persona for a conversation and changes it."""

    def __init__(self, people: People, personas: Personas, default: str) -> None:
        self._people = people
        self._personas = personas
        self._default = default

    def names(self) -> tuple[str, ...]:
        """Personas that can be used."""
        return self._personas.names()

    def get(self, name: str) -> Persona | None:
        return self._personas.get(name)

    def faults(self) -> dict[str, str]:
        """Personas that cannot be used, and why."""
        return dict(self._personas.faults())

    def offer(self, default: str) -> None:
        """This one is worn from now on where nobody chose. Raises PersonaError, and all stays as it was."""
        if self._personas.get(default) is None:
            raise PersonaError(default, [self._why_not(default)])
        self._default = default

    async def worn(self, person: str, audience: str, conversation: str = "") -> Persona:
        """The persona this person meets in this audience, in this conversation of it.

        A choice whose card has gone bad falls back to the default, and that to any card that works. Raises PersonaError
        when there is none at all.
        """
        scope = _scope(person, audience)
        here = await self._people.setting(scope, _key(conversation)) if conversation and not is_private(audience) else None
        chosen = await self._people.setting(scope, _KEY)
        for name in (here, chosen, self._default, *self._personas.names()):
            if name and (persona := self._personas.get(name)):
                return persona
        faults = [f"{name}: {why}" for name, why in self._personas.faults().items()]
        raise PersonaError(self._default, faults or ["there is no persona at all; restore the personas folder"])

    async def use(self, person: str, audience: str, name: str, conversation: str = "") -> Persona:
        """Wear it from now on: in private for this person; in a server for everybody there, or only in one conversation of it. Raises
        PersonaError."""
        persona = self._personas.get(name)
        if persona is None:
            raise PersonaError(name, [self._why_not(name)])
        key = _key(conversation) if conversation and not is_private(audience) else _KEY
        await self._people.set_setting(_scope(person, audience), key, name)
        return persona

    def _why_not(self, name: str) -> str:
        return self._personas.faults().get(name, "there is no such persona; choose one of " + ", ".join(self.names()))


def _key(conversation: str) -> str:
    return f"{_KEY}:{conversation}"


def _scope(person: str, audience: str) -> str:
    return person if is_private(audience) else audience
