"""On how many days somebody talked with a persona. Kept among their settings, and deleted with them."""

from bot.mind.closeness import as_close
from bot.mind.persona import Persona
from bot.ports import Clock, People


class Acquaintance:
    """Counts days, never messages: nobody becomes close in an afternoon."""

    def __init__(self, people: People, clock: Clock) -> None:
        self._people = people
        self._clock = clock

    async def towards(self, person: str, persona: Persona) -> Persona:
        """The persona as it is towards this person today, who is talking with it."""
        key, today = f"days:{persona.name}", self._clock.now().date().isoformat()
        count, _, last = (await self._people.setting(person, key) or "0 ").partition(" ")
        days = int(count) if last == today else int(count) + 1
        if last != today:
            await self._people.set_setting(person, key, f"{days} {today}")
        return as_close(persona, days)
