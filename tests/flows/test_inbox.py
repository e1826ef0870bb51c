"""Order and bursts."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import cast

import pytest

from bot.errors import DeliveryError, ModelFailed
from bot.flows import inbox as inbox_module
from bot.flows.inbox import BEGINNINGS, LONGEST_QUEUE, Inbox, Incoming
from bot.flows.supervise import Supervisor
from bot.mind.events import Turn
from bot.mind.waiting import LOST
from tests.flows.household import Channel


class Hearer:
    """Notes what it heard; waits at ``gate`` where there is one; raises what ``fails`` gives for a text."""

    def __init__(self) -> None:
        self.heard: list[list[str]] = []
        self.gate: asyncio.Event | None = None
        self.fails: Callable[[str], Exception | None] = lambda text: None

    async def hear(self, burst: tuple[Incoming, ...]) -> None:
        texts = [i.turn.text for i in burst]
        self.heard.append(texts)
        if self.gate is not None:
            await self.gate.wait()
        if fault := self.fails(texts[0]):
            raise fault


def message(text: str, person: str = "a", conversation: str = "c") -> Incoming:
    return Incoming(
        Turn(person=person, speaker=person, text=text, said_at=datetime(2026, 3, 2, tzinfo=UTC), audience="server:1", conversation=conversation), Channel()
    )


class Desk:
    """An inbox whose answers take until ``finish``."""

    def __init__(self, supervisor: Supervisor) -> None:
        self.hearer = Hearer()
        self.hearer.gate = asyncio.Event()
        self.inbox = Inbox(supervisor, self.hearer)

    async def put(self, *texts: str, person: str = "a") -> None:
        """Messages that arrive together; returns when their answer has begun."""
        for text in texts:
            incoming = message(text, person)
            self.inbox.put(replace(incoming, turn=replace(incoming.turn, message_id=text)))
        for _ in range(8):
            await asyncio.sleep(0)

    async def amend(self, message_id: str, text: str) -> None:
        async with self.inbox.amended("c", message_id, text):
            assert self.hearer.gate is not None
        for _ in range(8):
            await asyncio.sleep(0)

    async def finish(self) -> list[list[str]]:
        assert self.hearer.gate is not None
        self.hearer.gate.set()
        await self.inbox.idle()
        return self.hearer.heard


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    async with Supervisor() as supervisor:
        yield Desk(supervisor)


async def test_what_arrives_together_is_one_burst_and_what_comes_meanwhile_joins_it(desk: Desk) -> None:
    await desk.put("0", "1", "2")
    await desk.put("3")
    assert await desk.finish() == [["0", "1", "2"], ["0", "1", "2", "3"]]


async def test_who_never_stops_writing_is_answered_in_between(desk: Desk) -> None:
    for n in range(50):
        await desk.put(str(n))
    heard = await desk.finish()
    assert [len(burst) for burst in heard] == [*range(1, BEGINNINGS + 1), 50 - BEGINNINGS]


async def test_somebody_else_cuts_nobody_short(desk: Desk) -> None:
    await desk.put("mine")
    await desk.put("yours", person="b")
    await desk.put("mine again")
    assert await desk.finish() == [["mine"], ["yours"], ["mine again"]]


@pytest.mark.parametrize("seen", ["streamed", "said"])
async def test_what_was_seen_is_not_taken_back(desk: Desk, seen: str) -> None:
    class Talker(Hearer):
        async def hear(self, burst: tuple[Incoming, ...]) -> None:
            reply_to = burst[-1].reply_to
            if seen == "said":
                await reply_to.say("well")
            else:
                await reply_to.piece("we")
            await super().hear(burst)

    talker, inbox = Talker(), desk.inbox
    talker.gate, inbox._converse = desk.hearer.gate, talker
    first = message("one")
    cast(Channel, first.reply_to).streams = True
    inbox.put(replace(first, turn=replace(first.turn, message_id="one")))
    for _ in range(8):
        await asyncio.sleep(0)
    await desk.put("two")
    await desk.amend("one", "none")
    await desk.finish()
    assert talker.heard == [["one"], ["two"]]


async def test_an_edit_is_answered_as_it_is_now(desk: Desk) -> None:
    await desk.put("one", "two")
    await desk.amend("one", "ONE")
    await desk.amend("two", "two")  # Discord added a preview
    assert await desk.finish() == [["one", "two"], ["ONE", "two"]]


async def test_what_was_deleted_is_not_answered(desk: Desk) -> None:
    await desk.put("one", "two")
    await desk.amend("one", "")
    assert desk.hearer.heard == [["one", "two"], ["two"]]
    await desk.amend("two", "")
    await desk.put("three")
    assert await desk.finish() == [["one", "two"], ["two"], ["three"]]


async def test_a_deletion_counts_even_when_it_was_begun_often_enough(desk: Desk) -> None:
    for n in range(BEGINNINGS):
        await desk.put(str(n))
    await desk.amend("0", "zero")
    assert len(desk.hearer.heard) == BEGINNINGS
    await desk.amend("0", "")
    assert (await desk.finish())[-1] == ["1", "2", "3"]


async def test_nothing_begins_while_it_is_being_revised(desk: Desk) -> None:
    await desk.put("one")
    async with desk.inbox.amended("c", "one", "ONE"):
        for _ in range(8):
            await asyncio.sleep(0)
        assert desk.hearer.heard == [["one"]]
    assert await desk.finish() == [["one"], ["ONE"]]


async def test_conversations_do_not_wait_for_one_another() -> None:
    hearer = Hearer()
    async with Supervisor() as supervisor:
        inbox = Inbox(supervisor, hearer)
        hearer.gate = asyncio.Event()
        for conversation in "xyz":
            inbox.put(message(conversation, conversation=conversation))
        for _ in range(4):
            await asyncio.sleep(0)
        assert hearer.heard == [["x"], ["y"], ["z"]]
        hearer.gate.set()
        await inbox.idle()


async def test_people_are_never_mixed_and_keep_their_order() -> None:
    hearer = Hearer()
    async with Supervisor() as supervisor:
        inbox = Inbox(supervisor, hearer)
        for n, person in enumerate("aabba"):
            inbox.put(message(f"{person}{n}", person))
        await inbox.idle()
    assert hearer.heard == [["a0", "a1"], ["b2", "b3"], ["a4"]]


@pytest.mark.parametrize("fault", [ModelFailed("x"), TimeoutError(), KeyError("a bug"), ValueError("another")])
async def test_one_that_cannot_be_answered_takes_no_other_along(fault: Exception) -> None:
    hearer = Hearer()
    hearer.fails = lambda text: fault if text == "bad" else None
    async with Supervisor() as supervisor:
        inbox = Inbox(supervisor, hearer)
        inbox.put(message("bad", "a"))
        inbox.put(message("good", "b"))
        await inbox.idle()
        inbox.put(message("later", "a"))
        await inbox.idle()
    assert hearer.heard == [["bad"], ["good"], ["later"]]


async def test_an_answer_that_never_comes_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox_module, "REPLY_TIMEOUT", 0.0)
    hearer = Hearer()
    async with Supervisor() as supervisor:
        inbox = Inbox(supervisor, hearer)
        hearer.gate = asyncio.Event()
        inbox.put(hangs := message("hangs", "a"))
        inbox.put(message("next", "b"))
        await inbox.idle()
    assert cast(Channel, hangs.reply_to).said == [LOST]
    assert hearer.heard == [["hangs"], ["next"]]


@pytest.mark.parametrize("fault", [ModelFailed("x"), KeyError("a bug")])
async def test_nobody_is_left_without_a_word(fault: Exception) -> None:
    hearer = Hearer()
    hearer.fails = lambda text: fault
    async with Supervisor() as supervisor:
        inbox = Inbox(supervisor, hearer)
        inbox.put(lost := message("bad"))
        await inbox.idle()
        inbox.put(deaf := message("worse"))
        cast(Channel, deaf.reply_to).fails = DeliveryError("closed")
        await inbox.idle()
    assert cast(Channel, lost.reply_to).said == [LOST] and not cast(Channel, deaf.reply_to).said


async def test_who_has_an_answer_hears_nothing_of_what_fails_behind_it() -> None:
    class Talker(Hearer):
        async def hear(self, burst: tuple[Incoming, ...]) -> None:
            await burst[-1].reply_to.say("fine")
            await super().hear(burst)

    hearer = Talker()
    hearer.fails = lambda text: KeyError("a bug")
    async with Supervisor() as supervisor:
        inbox = Inbox(supervisor, hearer)
        inbox.put(answered := message("hello"))
        await inbox.idle()
    assert cast(Channel, answered.reply_to).said == ["fine"]


async def test_a_flood_is_bounded(caplog: pytest.LogCaptureFixture) -> None:
    hearer = Hearer()
    async with Supervisor() as supervisor:
        inbox = Inbox(supervisor, hearer)
        for n in range(LONGEST_QUEUE + 50):
            inbox.put(message(f"secret{n}"))
        await inbox.idle()
    assert [len(burst) for burst in hearer.heard] == [LONGEST_QUEUE]
    assert "dropped" in caplog.text and "secret" not in caplog.text


async def test_a_message_that_comes_twice_is_heard_once() -> None:
    hearer = Hearer()
    async with Supervisor() as supervisor:
        inbox = Inbox(supervisor, hearer)
        for number in ("1", "2", "1"):
            incoming = message(number)
            inbox.put(replace(incoming, turn=replace(incoming.turn, message_id=number)))
            await inbox.idle()
    assert hearer.heard == [["1"], ["2"]]


async def test_what_nobody_has_seen_an_answer_of_is_given_up_in_order() -> None:
    async with Supervisor() as supervisor:
        desk = Desk(supervisor)
        await desk.put("one", "two")
        await desk.put("three", person="b")
        given = desk.inbox.give_up()
        await desk.inbox.idle()
    assert [i.turn.text for i in given] == ["one", "two", "three"]
    assert desk.hearer.heard == [["one", "two"]], "nothing of it is begun again"


async def test_what_was_seen_is_not_given_up() -> None:
    async with Supervisor() as supervisor:
        hearer = Hearer()

        async def says(burst: tuple[Incoming, ...]) -> None:
            await burst[-1].reply_to.say("hm")
            await Hearer.hear(hearer, burst)

        hearer.gate = asyncio.Event()
        hearer.hear = says  # type: ignore[method-assign]
        inbox = Inbox(supervisor, hearer)
        inbox.put(message("one"))
        for _ in range(8):
            await asyncio.sleep(0)
        assert inbox.give_up() == ()
