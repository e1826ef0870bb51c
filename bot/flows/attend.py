"""Attend to somebody: read a message once, and carry what is believed of them from one message to the next.

Kept for each conversation: how it stands. Kept for each person: what followed on the strategies tried with them. Both are settings of
that person, and go when everything of theirs goes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.errors import ModelError
from bot.mind.approach import Approach, Tally, approach, learn, tally_of
from bot.mind.belief import Emotions, refine
from bot.mind.crisis import LOOKED_INTO, Alarm, danger_in
from bot.mind.crisis_asking import Asked, answered, asked_of
from bot.mind.empathy import Intent, Reading, read
from bot.mind.events import Turn
from bot.mind.persona import Persona
from bot.mind.salience import sentences
from bot.mind.standing import Standing, standing_of
from bot.mind.support import Stage, Strategy
from bot.mind.tongue import language_of
from bot.ports import EmotionReader, People

TALLY = "support.tally"
_STANDING = "support.standing "
_ASKED = "crisis.asked "
_SEARCHED = 12
"""Sentences of a message that are looked at one by one; of a longer one the first and the last."""


@dataclass(frozen=True, slots=True)
class Impression:
    """What one message makes of a conversation."""

    reading: Reading
    standing: Standing
    tally: Tally = Tally()
    alarm: Alarm | None = None

    def approach(self, persona: Persona) -> Approach:
        """How this persona goes about its reply."""
        return approach(self.standing, self.tally, teases=persona.teasing >= 0.5)


class Attend:
    """Reads with ``emotions``; with None, or when it fails, by words alone."""

    def __init__(self, people: People, emotions: EmotionReader | None = None) -> None:
        self._people = people
        self._emotions = emotions

    async def danger(self, text: str, emotions: Emotions | None = None) -> Alarm | None:
        """In words, or in what it means; not sure where they are to be asked. ``emotions`` is how the whole reads, where that is known."""
        emotions = emotions or await self._read(text)
        if emotions is None:
            return danger_in(text)
        pieces = sentences_of(text) if sum(emotions.danger.values()) >= LOOKED_INTO else []
        readings = [(piece, await self._read(piece)) for piece in pieces]
        return danger_in(text, [(text, emotions), *((piece, read) for piece, read in readings if read is not None)])

    async def hear(self, turn: Turn, text: str) -> Impression:
        """Take in ``text``, the burst that ``turn`` ends, and keep what it changes."""
        emotions = await self._read(text)
        found = await self._answered(turn, text, await self.danger(text, emotions))
        if language_of(text) != "en":
            emotions = None  # it learnt English alone; words know more of the others
        reading = read(text) if emotions is None else refine(read(text), emotions, text)
        key = _STANDING + turn.conversation
        before = standing_of(await self._people.setting(turn.person, key))
        tally = tally_of(await self._people.setting(turn.person, TALLY))
        standing = before.heard(reading, emotions, text, turn.said_at, danger=found is not None and found.sure)
        # What somebody writes in danger says nothing about a strategy.
        learned = tally if found is not None else learn(tally, before, emotions, standing.signal, text, turn.said_at)
        if not turn.fleeting:
            if learned is not tally:
                await self._people.set_setting(turn.person, TALLY, learned.written())
            await self._people.set_setting(turn.person, key, standing.answered(None).written())
        if reading.intent is Intent.SHARE and (standing.tender or before.stage is Stage.CRISIS):
            reading = Reading(reading.emotion, reading.intensity, Intent.COMFORT)
        return Impression(reading, standing, learned, found)

    async def answered(self, turn: Turn, impression: Impression, did: Strategy | None) -> None:
        """Note what was done, to learn from what follows; nothing while they want nothing kept."""
        if turn.fleeting:
            return
        await self._people.set_setting(turn.person, _STANDING + turn.conversation, impression.standing.answered(did).written())

    async def tone(self, draft: str) -> Emotions | None:
        """How a draft of the companion reads."""
        return await self._read(draft)

    async def reset(self, person: str) -> None:
        """Forget what was learned about how to be there for them."""
        for key in await self._people.settings(person):
            if key == TALLY or key.startswith((_STANDING, _ASKED)):
                await self._people.set_setting(person, key, None)

    async def asked(self, burst: Sequence[Turn], found: Alarm) -> None:
        """Note that they were asked whether what they said is so; nothing while they want nothing kept."""
        first, turn = burst[0], burst[-1]
        if not turn.fleeting:
            asked = Asked(found.danger, found.language, turn.said_at, first.said_at)
            await self._people.set_setting(turn.person, _ASKED + turn.conversation, asked.written())

    async def awaits_answer(self, turn: Turn) -> bool:
        """Whether they were asked about this and have not answered: until then it is neither remembered nor passed over."""
        asked = await self._asked_in(turn)
        return asked is not None and asked.awaits(turn.said_at)

    async def may_be_remembered(self, turn: Turn) -> bool:
        """Not what tells of danger, unless it only might, and they said that it does not."""
        found = await self.danger(turn.text)
        if found is None or found.sure:
            return found is None
        asked = await self._asked_in(turn)
        return asked is not None and asked.denied(turn.said_at)

    async def _answered(self, turn: Turn, text: str, found: Alarm | None) -> Alarm | None:
        """``found``, in the light of what they were asked before."""
        before = await self._asked_in(turn)
        found, after = answered(found, before, text, turn.said_at)
        if after != before:
            await self._people.set_setting(turn.person, _ASKED + turn.conversation, None if after is None else after.written())
        return found

    async def _asked_in(self, turn: Turn) -> Asked | None:
        return asked_of(await self._people.setting(turn.person, _ASKED + turn.conversation))

    async def _read(self, text: str) -> Emotions | None:
        try:
            return None if self._emotions is None else await self._emotions.read(text)
        except ModelError:
            return None


def sentences_of(text: str) -> list[str]:
    """Those that are looked at one by one: danger in one of many is faint in the whole. None where there is only one."""
    parts = sentences(text)
    if len(parts) <= 1:
        return []
    return parts if len(parts) <= _SEARCHED else parts[: _SEARCHED // 2] + parts[-_SEARCHED // 2 :]
