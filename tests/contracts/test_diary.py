"""What every ``Diary`` promises."""

from dataclasses import replace
from datetime import timedelta

from bot.mind.events import Decision
from tests.contracts.stores import ANN, BEN, Either, proposal, store, told
from tests.fakes.clock import START

__all__ = ["store"]


async def test_a_decision_comes_back_as_it_was(store: Either) -> None:
    exam, tea = await told(store, "my exam is today"), await told(store, "I like tea")
    asked, _ = await store.turns.recent(ANN, "discord:11", 5)
    planned = await store.proposals.propose(proposal(exam.id))
    assert planned is not None
    made = Decision(
        person=ANN,
        act="speak",
        reason="your exam was today",
        at=START,
        conversation="discord:11",
        turn=asked.id,
        memories=(exam.id, tea.id),
        proposal=planned.id,
        detail={"rule": "quiet hours", "wann": "später"},
    )
    stored = await store.diary.record(made)
    assert stored == replace(made, id=stored.id)
    assert await store.diary.recent(ANN) == (stored,)
    await store.forgetting.memory(ANN, exam.id)
    assert await store.diary.recent(ANN) == ()
    for gone in (replace(made, memories=(exam.id,), turn=0, proposal=0), replace(made, memories=(), proposal=0), replace(made, memories=(), turn=0)):
        assert await store.diary.record(gone) == gone
    assert await store.diary.recent(ANN) == ()


async def test_recent_is_newest_first_and_only_theirs(store: Either) -> None:
    at = [START + timedelta(minutes=i) for i in (0, 2, 1)]
    first, third, second = [
        await store.diary.record(Decision(person=ANN, act="silent", reason="", at=when)) for when in at
    ]
    await store.diary.record(Decision(person=BEN, act="reply", reason="asked", at=START))
    assert await store.diary.recent(ANN) == (third, second, first)
    assert await store.diary.recent(ANN, 1) == (third,)
