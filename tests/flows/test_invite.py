"""Asked once, in private, after a few good conversations; what is guessed is offered and never assumed."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.errors import DeliveryError
from bot.mind.events import Turn
from bot.mind.invitation import QUESTION
from tests.flows.household import Channel
from tests.flows.reaching import ADA, Process


async def talks(bot: Process, days: int) -> Turn:
    """A good conversation on each of so many days; the last message of the last one."""
    for _ in range(days):
        bot.clock.set(bot.clock.now() + timedelta(days=1))
        for _ in range(4):
            turn = await bot.say("and then I went there")
    return turn


async def asked(bot: Process, turn: Turn, channel: Channel | None = None) -> list[str]:
    channel = channel or Channel()
    await bot.reach_out.invite.after(turn, channel)
    return channel.said


async def test_somebody_is_asked_once(bot: Process) -> None:
    assert await asked(bot, await talks(bot, 2)) == []
    assert await asked(bot, await talks(bot, 1)) == [QUESTION]
    assert await asked(bot, await talks(bot, 5)) == []
    assert not (await bot.store.people.consent(ADA)).reach_out, "a question is no consent"


@pytest.mark.parametrize("on", [True, False])
async def test_nobody_is_asked_who_said_it_already(bot: Process, on: bool) -> None:
    await bot.reach_out.opt_in(ADA, on)
    assert await asked(bot, await talks(bot, 5)) == []


async def test_nobody_is_asked_in_a_server(bot: Process) -> None:
    turn = await talks(bot, 5)
    here = Turn(person=ADA, speaker="Ada", text=turn.text, said_at=turn.said_at, audience="server:1", conversation=turn.conversation, id=turn.id)
    assert await asked(bot, here) == []


async def test_a_question_that_did_not_arrive_is_not_repeated(bot: Process) -> None:
    channel = Channel()
    channel.fails = DeliveryError("closed")
    assert await asked(bot, await talks(bot, 5), channel) == []
    assert await asked(bot, await talks(bot, 5)) == []


async def test_their_hours_suggest_where_they_live_and_when_to_keep_quiet(bot: Process) -> None:
    invite, tokyo = bot.reach_out.invite, ZoneInfo("Asia/Tokyo")
    assert await invite.zones(ADA) == () and await invite.quiet(ADA) is None
    for day in range(3, 13):
        for hour in (7, 9, 12, 15, 18, 20, 22, 23):
            bot.clock.set(datetime(2026, 3, day, hour, tzinfo=tokyo).astimezone(UTC))
            await bot.say("hello there")
    assert "Asia/Tokyo" in await invite.zones(ADA)
    assert not (await bot.store.people.consent(ADA)).timezone_known, "offered, never assumed"
    await bot.reach_out.set_timezone(ADA, "Asia/Tokyo")
    assert await invite.zones(ADA) == ()
    assert await invite.quiet(ADA) == (time(0), time(7))
    await bot.reach_out.set_quiet_hours(ADA, time(0), time(7))
    assert await invite.quiet(ADA) is None
