"""All that goes wrong between the real process and Discord: nothing is lost, nothing said twice, and it is there afterwards."""

import signal
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

import pytest

from tests.wire.lookalike import Fault
from tests.wire.process import PATIENCE
from tests.wire.served import TimedLookAlike, served
from tests.wire.world import User

pytestmark = [pytest.mark.model, pytest.mark.usefixtures("bge_folder")]

_TOO_FAST = {"message": "slow down", "retry_after": 0.05, "global": False}
_REFUSED = {"code": 50013, "message": "Missing Permissions"}
_TOO_LATE = {"code": 10062, "message": "Unknown interaction"}


async def _is_answered(discord: TimedLookAlike, user: User, number: int) -> None:
    """Say something with this number in private; once, and once only, it is answered."""
    await discord.say(user, f"#{number} how was your day?")
    await discord.until(lambda: _said(discord, number) > 0, PATIENCE)


def _said(discord: TimedLookAlike, number: int) -> int:
    return sum(f"#{number}" in message.content for message in discord.bots())


@pytest.mark.timeout(300)
async def test_it_lives_through_what_a_gateway_and_an_api_do(tmp_path: Path) -> None:
    async with served(tmp_path) as (discord, running, _):
        ann, ben = discord.world.add_user("ann"), discord.world.add_user("ben")
        await _is_answered(discord, ann, 100)

        breaks: list[Callable[[], Awaitable[None]]] = [partial(discord.hang_up, 4000), discord.send_away, discord.doubt]
        for number, breaking in enumerate(breaks, start=1):
            await breaking()
            await _is_answered(discord, ann, 100 + number)  # said while it is away
            assert discord.resumed == number
        assert discord.ready == 1, "each of them was resumed"

        discord.forgetful = True
        await discord.hang_up(4000)
        await discord.until(lambda: discord.ready == 2, PATIENCE)
        await _is_answered(discord, ann, 110)

        discord.faults += [Fault("/messages", 502, {"message": "oops"}), Fault("/messages", 429, _TOO_FAST), Fault("/typing", 500, {}, times=9)]
        await _is_answered(discord, ann, 111)
        refused = Fault(f"/{discord.world.lounge.id}/messages", 403, _REFUSED)
        discord.faults.append(refused)
        await discord.say(ben, f"<@{discord.world.bot.id}> #112 are you there?", discord.world.lounge)
        await discord.until(lambda: refused.times == 0, PATIENCE)

        too_late = Fault("/callback", 404, _TOO_LATE, times=2)
        discord.faults.append(too_late)
        late = await discord.type_command(ben, "privacy")
        await discord.until(lambda: too_late.times == 0, PATIENCE)
        asked = await discord.ask(ben, "memory list", discord.world.lounge)
        assert late.callbacks == [] and asked.callbacks == [5] and asked.ephemeral
        await _is_answered(discord, ben, 113)
        said = {number: _said(discord, number) for number in (100, 101, 102, 103, 110, 111, 112, 113)}
        ended = await running.end(signal.SIGTERM)
    assert said == {100: 1, 101: 1, 102: 1, 103: 1, 110: 1, 111: 1, 112: 0, 113: 1}
    assert "Send Messages" in ended.log and "Traceback" not in ended.log
    assert ended.code == 143


@pytest.mark.timeout(300)
async def test_without_the_intent_it_says_so_and_hears_what_is_meant_for_it(tmp_path: Path) -> None:
    async with served(tmp_path, message_content=False) as (discord, running, _):
        ann = discord.world.add_user("ann")
        await discord.say(ann, "#1 not for you", discord.world.lounge)
        await discord.say(ann, f"<@{discord.world.bot.id}> #2 hello?", discord.world.lounge)
        await discord.until(lambda: _said(discord, 2) == 1, PATIENCE)
        await _is_answered(discord, ann, 3)
        assert _said(discord, 1) == 0
        assert "Message Content Intent" in running.log.read_text()
