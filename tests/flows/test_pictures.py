"""Pictures are of one person: what is in them comes from that person's rows alone."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.flows.pictures import NO_EVENTS, NO_MOOD, NO_PLANS, Pictures
from bot.mind.charts import Calendar, Mood, Timeline
from bot.mind.events import Decision
from tests.contracts.stores import ANN, BEN, Either, proposal, store, told, unprompted
from tests.fakes.clock import START, VirtualClock
from tests.fakes.painter import FakePainter

__all__ = ["store"]

NOW = START + timedelta(days=20)


@pytest.fixture
def painter() -> FakePainter:
    return FakePainter()


@pytest.fixture
def pictures(store: Either, painter: FakePainter) -> Pictures:
    return Pictures(
        painter, clock=VirtualClock(NOW), people=store.people, diary=store.diary, memories=store.memories, outbox=store.outbox, proposals=store.proposals
    )


async def live(store: Either, person: str) -> None:
    """Three days of talk, an event, a message sent and one planned."""
    await store.people.set_consent(replace(await store.people.consent(person), timezone="Europe/Berlin"))
    for days, feeling in enumerate(("joy", "sadness", "neutral")):
        await store.diary.record(Decision(person=person, act="reply", reason="", at=NOW - timedelta(days=days), detail={"feeling": feeling}))
    event = await told(store, f"my exam, says {person}", person=person, audience=f"dm:{person}", emotion="fear")
    first = await store.proposals.propose(proposal(event.id, person=person))
    assert first is not None
    row = await store.outbox.claim(unprompted(first, f"nonce {person}", at=NOW - timedelta(days=1)))
    assert row is not None
    await store.outbox.settle(row.id, "sent", "How did it go?")
    await store.proposals.propose(proposal(event.id, person=person, source="care", due=NOW + timedelta(days=2)))


async def test_a_stranger_gets_a_kind_word_and_no_picture(pictures: Pictures, store: Either, painter: FakePainter) -> None:
    await live(store, BEN)
    found = [await pictures.mood(ANN), await pictures.events(ANN), await pictures.calendar(ANN)]
    assert [picture.words for picture in found] == [NO_MOOD, NO_EVENTS, NO_PLANS]
    assert not any(picture.png for picture in found) and painter.charts == []


async def test_somebody_known_sees_themselves_and_nobody_else(pictures: Pictures, store: Either, painter: FakePainter) -> None:
    await live(store, ANN)
    await live(store, BEN)
    found = [await pictures.mood(ANN), await pictures.events(ANN), await pictures.calendar(ANN)]
    assert all(picture.png.startswith(b"\x89PNG") for picture in found)
    feelings, events, dates = painter.charts
    assert isinstance(feelings, Mood) and sum(day.words for day in feelings.days) == 4, "three answers, and the memory"
    assert isinstance(events, Timeline) and [event.words for event in events.events] == [f"They said: my exam, says {ANN}"]
    assert isinstance(dates, Calendar)
    cells = [cell for week in dates.weeks for cell in week]
    assert sum(cell.wrote for cell in cells) == 1 and [cell.planned for cell in cells if cell.planned] == [("how you are",)]
    assert [picture.words for picture in found] == [chart.alt for chart in painter.charts]


async def test_what_was_deleted_is_in_no_picture(pictures: Pictures, store: Either) -> None:
    await live(store, ANN)
    await store.forgetting.everything(ANN)
    assert [picture.words for picture in (await pictures.mood(ANN), await pictures.events(ANN), await pictures.calendar(ANN))] == [NO_MOOD, NO_EVENTS, NO_PLANS]
