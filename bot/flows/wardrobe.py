"""Which persona is worn where: a person's choice in private; in a server a channel's choice, else the server's; else the default. In a server it
may have local colour."""

from bot.errors import OldfriendError, PersonaError, PersonaUnknown
from bot.mind.events import is_private
from bot.mind.local_colour import Colour, checked, in_colour
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
        """This one is worn from now on where nobody chose. Raises OldfriendError, and all stays as it was."""
        if self._personas.get(default) is None:
            raise self._unusable(default)
        self._default = default

    async def worn(self, person: str, audience: str, conversation: str = "") -> Persona:
        """The persona this person meets in this audience, in this conversation of it.

        A choice whose card has gone bad falls back to the default, and that to any card that works. Raises PersonaError
        when there is none at all.
        """
        if is_private(audience):
            return self._first(await self._people.setting(person, _KEY))
        chosen = await self._people.settings(audience)
        return in_colour(self._first(chosen.get(_key(conversation)), chosen.get(_KEY)), Colour.of(chosen))

    async def colour(self, server: str) -> Colour:
        """What those who run a server wrote about whoever is worn there."""
        return Colour.of(await self._people.settings(server))

    async def paint(self, server: str, manner: str, greeting: str, notes: str) -> Colour:
        """Take that over from now on; "" each for what the card says. Raises OldfriendError."""
        colour = checked(manner, greeting, notes)
        for key, value in colour.written().items():
            await self._people.set_setting(server, key, value or None)
        return colour

    def _first(self, *wanted: str | None) -> Persona:
        for name in (*wanted, self._default, *self._personas.names()):
            if name and (persona := self._personas.get(name)):
                return persona
        faults = [f"{name}: {why}" for name, why in self._personas.faults().items()]
        raise PersonaError(self._default, faults or ["there is no persona at all; restore the personas folder"])

    async def use(self, person: str, audience: str, name: str, conversation: str = "") -> Persona:
        """Wear it from now on: in private for this person; in a server for everybody there, or only in one conversation of it. Raises
        OldfriendError."""
        if self._personas.get(name) is None:
            raise self._unusable(name)
        key = _key(conversation) if conversation and not is_private(audience) else _KEY
        await self._people.set_setting(_scope(person, audience), key, name)
        return await self.worn(person, audience, conversation)

    def _unusable(self, name: str) -> OldfriendError:
        if why := self._personas.faults().get(name):
            return PersonaError(name, [why])
        return PersonaUnknown("There is no persona called “{}”. Choose one of these: {}.", name[:40], ", ".join(self.names()))


def _key(conversation: str) -> str:
    return f"{_KEY}:{conversation}"


def _scope(person: str, audience: str) -> str:
    return person if is_private(audience) else audience
