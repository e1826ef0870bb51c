"""The connection to Discord: how it begins, what breaks it, and how it comes back."""

import asyncio
import logging
from pathlib import Path

import pytest

from bot.edges.discord.client import Client
from bot.edges.discord.gateway import Gateway
from bot.edges.plugins import discover
from bot.errors import ConfigError, OldfriendError
from bot.sdk import Companion
from tests.edges.discord.company import Echo, Noon
from tests.wire.in_process import connected, gateway
from tests.wire.lookalike import Fault, LookAlike


async def test_commands_are_registered_again_only_when_they_changed(discord: LookAlike, companion: Companion, tmp_path: Path) -> None:
    plugins = discover(Path(__file__).parents[2] / "plugins")[0]
    note = tmp_path / "commands"
    for names, expected in ((("chat", "privacy"), 1), (("chat", "privacy"), 1), (("privacy", "memory"), 2)):
        brought = [plugin for plugin in plugins if plugin.name in names]
        changing = Gateway(token=discord.token, api_base=discord.api_base, gateway_url=discord.gateway, plugins=brought, registered=note)
        async with connected(changing, companion, discord):
            pass
        assert discord.world.registrations == expected


async def test_a_token_is_checked_without_connecting(discord: LookAlike) -> None:
    await gateway(discord).check_token()
    with pytest.raises(ConfigError, match="does not accept this token"):
        await gateway(discord, token="another.token").check_token()
    assert discord.ready == 0


async def test_a_token_is_not_blamed_while_discord_cannot_be_reached(unused_tcp_port: int) -> None:
    await Gateway(token="t", api_base=f"http://127.0.0.1:{unused_tcp_port}").check_token()


async def test_commands_are_registered_for_servers_and_private(discord: LookAlike, companion: Companion) -> None:
    ann = discord.world.add_user("ann")
    async with connected(gateway(discord), companion, discord):
        for channel in (None, discord.world.lounge):
            asked = await discord.ask(ann, "help", channel)
            assert asked.answer is not None
            assert asked.ephemeral
            assert "`/privacy`" in asked.answer.embeds[0]["description"]
    assert all(c["contexts"] == [0, 1, 2] and c["integration_types"] == [0, 1] for c in discord.world.commands)


async def test_a_wrong_token_says_where_a_right_one_goes(discord: LookAlike, companion: Companion) -> None:
    with pytest.raises(ConfigError, match="DISCORD_TOKEN"):
        await gateway(discord, "wrong.token").run(companion)


async def test_a_token_that_the_gateway_refuses(discord: LookAlike, companion: Companion) -> None:
    refusing = gateway(discord)
    discord.faults.append(Fault("/users/@me", 200, discord.world.bot.json(), times=9))
    discord.faults.append(Fault("/oauth2/applications/@me", 200, discord.world.application_json(), times=9))
    discord.faults.append(Fault("/commands", 200, {}, times=9))
    discord.token = "another"
    with pytest.raises(ConfigError, match="DISCORD_TOKEN"):
        await refusing.run(companion)


async def test_without_the_intent_it_serves_what_it_may_read(
    companion: Companion, echo: Echo, caplog: pytest.LogCaptureFixture
) -> None:
    async with LookAlike(message_content=False) as discord:
        ann = discord.world.add_user("ann")
        async with connected(gateway(discord), companion, discord):
            await discord.say(ann, "not for you", discord.world.lounge)
            await discord.say(ann, f"<@{discord.world.bot.id}> in the server", discord.world.lounge)
            await discord.answers(1)
            await discord.say(ann, "in private")
            await discord.answers(2)
    assert [burst[0].text for burst in echo.heard] == ["in the server", "in private"]
    assert "Message Content Intent" in caplog.text
    assert len(discord.identified) == 2


async def test_the_api_names_the_gateway(discord: LookAlike, companion: Companion) -> None:
    ann = discord.world.add_user("ann")
    async with connected(Gateway(token=discord.token, api_base=discord.api_base + "/"), companion, discord):
        await discord.say(ann, "hello")
        await discord.answers()
    assert ("GET", "/api/v10/gateway/bot") in discord.requests


async def test_a_connection_that_does_not_let_go_is_given_up(
    discord: LookAlike, companion: Companion, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    closing = Client.close

    async def stuck(client: Client) -> None:
        await closing(client)
        await asyncio.Event().wait()

    monkeypatch.setattr(Client, "close", stuck)
    monkeypatch.setattr("bot.edges.discord.gateway._CLOSING", 0.05)
    async with connected(gateway(discord), companion, discord):
        pass
    assert "did not let go" in caplog.text


async def test_a_dropped_connection_is_resumed(discord: LookAlike, companion: Companion, echo: Echo) -> None:
    ann = discord.world.add_user("ann")
    async with connected(gateway(discord), companion, discord):
        await discord.hang_up(4000)
        await discord.say(ann, "said while it was away")
        (answer,) = await discord.answers()
    assert answer.content == "you said: said while it was away"
    assert discord.resumed == 1


async def test_a_session_that_is_not_known_any_more_begins_anew(discord: LookAlike, companion: Companion) -> None:
    ann = discord.world.add_user("ann")
    discord.forgetful = True
    async with connected(gateway(discord), companion, discord):
        await discord.hang_up(4000)
        await discord.until(lambda: discord.ready == 2)
        await discord.say(ann, "hello again")
        (answer,) = await discord.answers()
    assert answer.content == "you said: hello again"
    assert discord.resumed == 0


async def test_a_session_in_doubt_is_resumed(discord: LookAlike, companion: Companion) -> None:
    ann = discord.world.add_user("ann")
    async with connected(gateway(discord), companion, discord):
        await discord.doubt()
        await discord.until(lambda: discord.resumed == 1)
        await discord.say(ann, "hello")
        (answer,) = await discord.answers()
    assert answer.content == "you said: hello"
    assert discord.ready == 1


async def test_it_comes_again_when_it_is_asked_to(discord: LookAlike, companion: Companion) -> None:
    ann = discord.world.add_user("ann")
    async with connected(gateway(discord), companion, discord):
        await discord.send_away()
        await discord.until(lambda: discord.resumed == 1)
        await discord.say(ann, "hello")
        (answer,) = await discord.answers()
    assert answer.content == "you said: hello"


class _Told(logging.Handler):
    """Hears of the moment in which all servers are known, two seconds after connecting: what comes before is no new one."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.told = asyncio.Event()

    def emit(self, record: logging.LogRecord) -> None:
        if record.getMessage().startswith("connected to Discord"):
            self.told.set()


async def test_a_new_server_is_greeted_once(discord: LookAlike, companion: Companion, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    ready, log = _Told(), logging.getLogger("bot.edges.discord.client")
    log.addHandler(ready)
    async with connected(gateway(discord), companion, discord):
        await ready.told.wait()
        log.removeHandler(ready)
        channel = await discord.join()
        (greeting,) = await discord.answers(1, channel)
        await discord.hang_up(4000)
        await discord.until(lambda: discord.resumed == 1)
        await discord.say(discord.world.add_user("ann"), "hello")
        await discord.answers(2)
    assert "an AI and no human" in greeting.content and len(greeting.content.splitlines()) == 5
    assert discord.world.messages.count(greeting) == 1


@pytest.mark.parametrize("asked", [0, 3])
async def test_several_connections_each_hear_their_servers(asked: int, companion: Companion, echo: Echo) -> None:
    async with LookAlike() as discord:
        discord.shards = discord.shards_needed = asked or 2
        rooms = [discord.world.add_channel(f"room{n}", discord.world.add_guild()) for n in range(4)]
        ann = discord.world.add_user("ann")
        sharded = Gateway(token=discord.token, api_base=discord.api_base, shards=asked)
        async with connected(sharded, companion, discord):
            await discord.until(lambda: discord.ready == discord.shards)
            for room in rooms:
                await discord.say(ann, f"<@{discord.world.bot.id}> hello", room)
            await discord.say(ann, "and in private")
            answers = await discord.answers(5)
    assert {a.channel.id for a in answers} == {room.id for room in rooms} | {discord.world.private(ann).id}
    assert sorted(i["shard"] for i in discord.identified) == [[n, discord.shards] for n in range(discord.shards)]


async def test_when_one_connection_is_refused_it_comes_with_more(discord: LookAlike, companion: Companion, echo: Echo) -> None:
    discord.shards_needed = 2
    ann = discord.world.add_user("ann")
    async with connected(gateway(discord), companion, discord):
        await discord.say(ann, "hello")
        (answer,) = await discord.answers()
    assert answer.content == "you said: hello"
    assert [i.get("shard") for i in discord.identified] == [None, [0, 2], [1, 2]]


@pytest.mark.parametrize(("code", "words"), [(4010, "shards"), (4012, "update"), (4013, "update")])
async def test_a_connection_closed_for_good_says_why(code: int, words: str, discord: LookAlike, companion: Companion) -> None:
    running = asyncio.ensure_future(gateway(discord).run(companion))
    await discord.until(lambda: discord.ready > 0)
    await discord.hang_up(code)
    with pytest.raises(OldfriendError, match=words):
        await running


@pytest.mark.parametrize("frame", ["[]", "{}", "null", '{"op": 0, "t": "MESSAGE_CREATE", "s": 9, "d": null}', '{"op": 99, "d": 1}', "no JSON"])
async def test_what_is_no_event_does_not_end_it(frame: str, discord: LookAlike, companion: Companion) -> None:
    ann = discord.world.add_user("ann")
    async with connected(gateway(discord), companion, discord):
        await discord.babble(frame)
        await discord.say(ann, "hello")
        await discord.until(lambda: discord.ready > 1 or bool(discord.bots()))
        if discord.ready > 1:
            await discord.say(ann, "hello")
        answer = (await discord.answers())[0]
    assert answer.content == "you said: hello"


async def test_while_discord_is_down_it_tries_again(discord: LookAlike, companion: Companion) -> None:
    away = LookAlike()
    async with away:
        nowhere = away.api_base
    lost = Gateway(token="t", api_base=nowhere, gateway_url=discord.gateway)
    assert isinstance(companion.clock, Noon)
    running = asyncio.ensure_future(lost.run(companion))
    await companion.clock.has_slept(3)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert companion.clock.slept[:3] == [5.0, 10.0, 20.0]
