"""Pictures of what is known of one person, for that person's own eyes."""

from dataclasses import dataclass

from bot.mind import charts
from bot.mind.charts import Chart
from bot.mind.tongues import ENGLISH, Tongue
from bot.ports import Clock, Diary, Memories, Outbox, Painter, People, Proposals

_DECISIONS, _MEMORIES, _SENT = 5000, 2000, 200
"""Looked through, newest first."""

NO_MOOD = "There is not enough to draw yet. Tell me how your days are going, and in a while there will be something to see."
NO_EVENTS = "There is nothing to draw yet. Tell me of something that happened, or that is coming up."
NO_PLANS = "I plan nothing for the next weeks, and have not written first in the last two. Nothing to draw, and nothing to worry about."


@dataclass(frozen=True, slots=True)
class Picture:
    """``png`` is empty where there is nothing to draw; then ``words`` say so kindly, else they say what is to be seen."""

    png: bytes
    words: str


class Pictures:
    """Every query names the person who asked: nobody else is in a picture."""

    def __init__(
        self, painter: Painter, *, clock: Clock, people: People, diary: Diary, memories: Memories, outbox: Outbox, proposals: Proposals
    ) -> None:
        self._painter = painter
        self._clock = clock
        self._people = people
        self._diary = diary
        self._memories = memories
        self._outbox = outbox
        self._proposals = proposals

    async def mood(self, person: str, say: Tongue = ENGLISH) -> Picture:
        """How their words felt, over weeks: in what they wrote, as noted with each answer, and in what is remembered. Raises PictureError."""
        noted = [(d.at, d.detail["feeling"]) for d in await self._diary.recent(person, _DECISIONS) if d.detail.get("feeling")]
        told = [(m.said_at, m.emotion) for m in await self._memories.browse(person, limit=_MEMORIES) if m.emotion != "neutral"]
        return await self._drawn(charts.mood([*noted, *told], self._clock.now(), await self._zone(person), say), say(NO_MOOD))

    async def events(self, person: str, say: Tongue = ENGLISH) -> Picture:
        """What they told of, along time. Raises PictureError."""
        memories = await self._memories.browse(person, limit=_MEMORIES)
        return await self._drawn(charts.timeline(memories, self._clock.now(), await self._zone(person), say), say(NO_EVENTS))

    async def calendar(self, person: str, say: Tongue = ENGLISH) -> Picture:
        """When the companion wrote first, and when it plans to. Raises PictureError."""
        sent, planned = await self._outbox.history(person, _SENT), await self._proposals.open(person)
        return await self._drawn(charts.calendar(sent, planned, self._clock.now(), await self._zone(person), say), say(NO_PLANS))

    async def _zone(self, person: str) -> str:
        return (await self._people.consent(person)).timezone

    async def _drawn(self, chart: Chart | None, nothing: str) -> Picture:
        return Picture(b"", nothing) if chart is None else Picture(await self._painter.paint(chart), chart.alt)
