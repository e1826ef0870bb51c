"""The whole Discord edge over real sockets, against a Discord on loopback."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.edges.discord.client import Client
from bot.edges.discord.gateway import Gateway
from bot.edges.plugins import discover
from bot.errors import CannotReach, ConfigError, DeliveryError, OldfriendError
from bot.flows.supervise import Supervisor
from bot.mind.events import Unprompted
from bot.sdk import Companion
from tests.edges.discord.company import Echo, Noon, Settings, company
from tests.wire.lookalike import Fault, LookAlike
from tests.wire.world import Channel, Message


@pytest.fixture
async def discord() -> AsyncIterator[LookAlike]:
    async with LookAlike() as discord:
        yield discord


@pytest.fixture
def echo() -> Echo:
    return Echo()


@pytest.fixture
async def companion(echo: Echo) -> AsyncIterator[Companion]:
    async with Supervisor() as supervisor:
        yield company(supervisor, echo, Settings())


@pytest.fixture(autouse=True)
def addresses_are_given_back() -> Iterator[None]:
    before = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    yield
    assert before == (Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY)


def gateway(discord: LookAlike, token: str = "") -> Gateway:
    plugins, faults = discover(Path(__file__).parents[2] / "plugins")
    assert not faults
    return Gateway(token=token or discord.token, api_base=discord.api_base, gateway_url=discord.gateway,
                   plugins=[p for p in plugins if p.name in ("chat", "privacy")])


@asynccontextmanager
async def connected(gateway: Gateway, companion: Companion, discord: LookAlike) -> AsyncIterator[None]:
    """Runs until the block ends, then is cancelled like on Ctrl-C."""
    before = discord.ready
    running = asyncio.ensure_future(gateway.run(companion))
    ready = asyncio.ensure_future(discord.until(lambda: discord.ready > before))
    try:
        await asyncio.wait([running, ready], return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            running.result()
        ready.result()
        yield
    finally:
        ready.cancel()
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


async def test_private_message_and_answer(discord: LookAlike, companion: Companion, echo: Echo) -> None:
    ann = discord.world.add_user("ann")
    async with connected(gateway(discord), companion, discord):
        await discord.say(ann, "hello")
        (answer,) = await discord.answers()
    assert answer.content == "you said: hello"
    assert answer.sent["allowed_mentions"]["parse"] == []
    ((turn,),) = echo.heard
    assert turn.speaker == "Ann"
    assert turn.audience == f"dm:discord:{ann.id}"
    assert ("POST", f"/api/v10/channels/{answer.channel.id}/typing") in discord.requests


async def test_mention_and_reply_in_a_server(discord: LookAlike, companion: Companion, echo: Echo) -> None:
    ann = discord.world.add_user("ann")
    async with connected(gateway(discord), companion, discord):
        await discord.say(ann, "hello all", discord.world.lounge)
        asked = await discord.say(ann, f"<@{discord.world.bot.id}> are you there?", discord.world.lounge)
        (answer,) = await discord.answers()
        await discord.say(ann, "good", discord.world.lounge, answers=answer)
        await discord.answers(2)
    assert answer.answers is asked
    assert [burst[0].text for burst in echo.heard] == ["are you there?", "good"]


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


async def test_a_server_that_is_not_there_is_not_taken_for_a_private_conversation(
    discord: LookAlike, companion: Companion, echo: Echo
) -> None:
    ann = discord.world.add_user("ann")
    elsewhere = Channel(discord.world.new_id(), "elsewhere", guild=discord.world.new_id())
    async with connected(gateway(discord), companion, discord):
        await discord.say(ann, f"<@{discord.world.bot.id}> hello", elsewhere)
        await discord.say(ann, "in private")
        await discord.answers()
    assert [burst[0].text for burst in echo.heard] == ["in private"]


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


async def test_a_server_error_is_tried_again(discord: LookAlike, companion: Companion) -> None:
    ann = discord.world.add_user("ann")
    discord.faults.append(Fault("/messages", 502, {"message": "oops"}))
    async with connected(gateway(discord), companion, discord):
        await discord.say(ann, "hello")
        (answer,) = await discord.answers()
    assert answer.content == "you said: hello"


async def test_a_missing_permission_is_told_to_whoever_runs_it(
    discord: LookAlike, companion: Companion, echo: Echo, caplog: pytest.LogCaptureFixture
) -> None:
    ann = discord.world.add_user("ann")
    discord.faults.append(Fault("/messages", 403, {"code": 50013, "message": "Missing Permissions"}))
    async with connected(gateway(discord), companion, discord):
        await discord.say(ann, f"<@{discord.world.bot.id}> hello", discord.world.lounge)
        await discord.until(lambda: discord.faults[0].times == 0)
        await discord.say(ann, "hello again")
        (answer,) = await discord.answers()
    assert answer.content == "you said: hello again"
    assert len(echo.refused) == 1
    assert "Send Messages" in caplog.text and str(discord.world.lounge.id) in caplog.text


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


async def test_only_where_discord_marks_it_is_a_place_for_adults(discord: LookAlike, companion: Companion, echo: Echo) -> None:
    ann, marked = discord.world.add_user("ann"), discord.world.add_channel("late", nsfw=True)
    async with connected(gateway(discord), companion, discord):
        for count, channel in enumerate((marked, discord.world.lounge, None), start=1):
            await discord.say(ann, f"<@{discord.world.bot.id}> hello", channel)
            await discord.answers(count)
    assert echo.adult == [True, False, False]


async def test_rate_limits_are_waited_out(discord: LookAlike, companion: Companion) -> None:
    ann = discord.world.add_user("ann")
    discord.faults.append(Fault("/messages", 429, {"message": "slow down", "retry_after": 0.01, "global": False}))
    async with connected(gateway(discord), companion, discord):
        await discord.say(ann, "hello")
        (answer,) = await discord.answers()
    assert answer.content == "you said: hello"


async def test_everybody_waits_at_a_global_limit(discord: LookAlike, companion: Companion) -> None:
    ann, ben = discord.world.add_user("ann"), discord.world.add_user("ben")
    discord.faults.append(Fault("/messages", 429, {"message": "slow down", "retry_after": 0.01, "global": True}))
    async with connected(gateway(discord), companion, discord):
        await discord.say(ann, "hello")
        await discord.say(ben, "hello")
        await discord.answers(2)


async def test_it_keeps_to_the_limits_that_it_is_told(discord: LookAlike, companion: Companion, echo: Echo) -> None:
    ann = discord.world.add_user("ann")
    discord.limit = (5, 0.05)
    echo.answer = "\n\n".join("x" * 1900 for _ in range(12))
    async with connected(gateway(discord), companion, discord):
        await discord.say(ann, "hello")
        await discord.answers(12)
    assert discord.too_fast == 0


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


async def test_unprompted_is_delivered_once(discord: LookAlike, companion: Companion) -> None:
    ann = discord.world.add_user("ann")
    nudge = Unprompted(person=f"discord:{ann.id}", conversation="", proposal=1, memory=1, nonce="nudge-1", reason="",
                       at=datetime(2026, 3, 2, tzinfo=UTC), text="How did it go?")
    connection = gateway(discord)
    with pytest.raises(DeliveryError):
        await connection.messenger.send(nudge)
    async with connected(connection, companion, discord):
        first = await connection.messenger.send(nudge)
        assert await connection.messenger.send(nudge) == first
        (sent,) = await discord.answers(1, discord.world.private(ann))
        discord.faults.append(Fault("/messages", 403, {"code": 50007, "message": "Cannot send messages to this user"}))
        with pytest.raises(CannotReach):
            await connection.messenger.send(nudge)
    assert sent.content == "How did it go?"
    with pytest.raises(DeliveryError):
        await connection.messenger.send(nudge)


async def test_a_stranger_cannot_be_reached(discord: LookAlike, companion: Companion) -> None:
    connection = gateway(discord)
    async with connected(connection, companion, discord):
        with pytest.raises(DeliveryError):
            await connection.messenger.send(
                Unprompted(person="discord:77", conversation="", proposal=1, memory=1, nonce="n", reason="",
                           at=datetime(2026, 3, 2, tzinfo=UTC), text="hi"))


async def test_neither_words_nor_token_are_logged(
    discord: LookAlike, companion: Companion, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    ann = discord.world.add_user("ann")
    async with connected(gateway(discord), companion, discord):
        await discord.say(ann, "my secret is violet")
        await discord.answers()
    ours = "\n".join(r.getMessage() for r in caplog.records if not r.name.startswith("aiohttp"))
    assert "violet" not in ours
    assert discord.token not in ours


async def test_what_is_being_answered_still_arrives_when_it_is_told_to_stop(discord: LookAlike, companion: Companion, echo: Echo) -> None:
    ann, thinking, may_go_on = discord.world.add_user("ann"), asyncio.Event(), asyncio.Event()

    async def think(_: object) -> None:
        thinking.set()
        await may_go_on.wait()

    echo.first = think
    before, running = discord.ready, asyncio.ensure_future(gateway(discord).run(companion))
    await discord.until(lambda: discord.ready > before)
    await discord.say(ann, "hello")
    await thinking.wait()
    running.cancel()
    await asyncio.sleep(0)
    may_go_on.set()
    with suppress(asyncio.CancelledError):
        await running
    (answer,) = await discord.answers()
    assert answer.content == "you said: hello"


async def test_whoever_owns_the_bot_can_be_told(discord: LookAlike, companion: Companion) -> None:
    owner = discord.world.bot  # the look-alike's application belongs to its own account
    connection = gateway(discord)
    with pytest.raises(DeliveryError):
        await connection.messenger.tell_owner("nobody is connected")
    async with connected(connection, companion, discord):
        await connection.messenger.tell_owner("the disk is full")
        (told,) = [m for m in discord.world.messages if m.channel is discord.world.private(owner)]
    assert told.content == "the disk is full"


async def test_nobody_presses_the_button_of_somebody_else(discord: LookAlike, companion: Companion) -> None:
    """Whoever can send any id they like: the person in it has to be the one who presses."""
    ann, bob = discord.world.add_user("ann"), discord.world.add_user("bob")
    buttons = [{"type": 1, "components": [{"type": 2, "style": 4, "label": "Stop", "custom_id": f"reachout:stop:{ann.id}:1"}]}]
    async with connected(gateway(discord), companion, discord):
        message = discord.world.add_message(Message(discord.world.new_id(), discord.world.lounge, discord.world.bot, "Hi.", components=buttons))
        pressed = await discord.press(bob, message, "Stop")
        await discord.until(lambda: pressed.answer is not None)
    assert pressed.answer is not None and "belong to somebody else" in pressed.answer.content and pressed.ephemeral
