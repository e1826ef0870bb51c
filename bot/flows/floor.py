"""Channels with several people: who said what last, and whether it is the companion's turn.

What is said there is kept in memory only, the last few messages of a channel, and never stored: what was not said to the companion is
not its to remember.
"""

from collections import OrderedDict, deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.flows.wardrobe import Wardrobe
from bot.mind.events import Decision
from bot.mind.house_rules import house_rules
from bot.mind.turn_taking import ME, Heard, Leave, Take, whose_turn
from bot.ports import Diary, People

_LAST = 12
_CHANNELS = 2000
_OVERHEARD = 6
_JUST_NOW = timedelta(minutes=10)
_LONGEST = 200

_NOT_HERE = Leave("who runs this server did not give me this channel")


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A channel, and what holds for it."""

    conversation: str
    audience: str
    channels: tuple[int, ...]
    """Its id, and that of the channel it is a thread of."""
    my_name: str


class Floor:
    """Listens to channels."""

    def __init__(self, people: People, wardrobe: Wardrobe, diary: Diary) -> None:
        self._people = people
        self._wardrobe = wardrobe
        self._diary = diary
        self._said: OrderedDict[str, deque[Heard]] = OrderedDict()

    async def hear(self, heard: Heard, room: Room) -> Take | Leave:
        """Whether to answer this. Near misses are written down with their reason. Raises OldfriendError."""
        recent = tuple(self._said.get(room.conversation, ()))
        try:
            persona = await self._wardrobe.worn(heard.speaker, room.audience, room.conversation)
            rules = house_rules(await self._people.settings(room.audience))
            dial = rules.dial_in(room.channels, heard.at)
            verdict = _NOT_HERE if dial is None else whose_turn(heard, recent, (persona.display, room.my_name), dial)
        finally:
            self.note(heard, room.conversation)
        if isinstance(verdict, Leave) and verdict.close:
            decision = Decision(person=heard.speaker, act="silent", reason=verdict.reason, at=heard.at, conversation=room.conversation)
            await self._diary.record(decision)
        return verdict

    def note(self, heard: Heard, conversation: str) -> None:
        """It was said; nothing is decided. What nothing may look back on any more is dropped, here and in other channels."""
        said = self._said.setdefault(conversation, deque(maxlen=_LAST))
        said.append(heard)
        self._said.move_to_end(conversation)
        while heard.at - said[0].at > _JUST_NOW:
            said.popleft()
        while len(self._said) > _CHANNELS or heard.at - next(iter(self._said.values()))[-1].at > _JUST_NOW:
            self._said.popitem(last=False)

    def overheard(self, heard: Heard, conversation: str) -> Sequence[str]:
        """What others said there just before, a line each, oldest first."""
        before = [
            said for said in self._said.get(conversation, ())
            if said.speaker not in (ME, heard.speaker) and said.at <= heard.at and heard.at - said.at <= _JUST_NOW and said.text
        ]
        return tuple(f"{said.name}: {_short(said.text)}" for said in before[-_OVERHEARD:])


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[:_LONGEST] + " ..."
