"""Asked in the channel where they told of it: only if they chose so, and held back where that cannot be."""

from datetime import timedelta

import pytest

from bot.errors import DeliveryError, PlaceClosed
from bot.flows.delivery import LOOK_AGAIN, NOT_SPOKEN_TO, TRY_AGAIN
from bot.mind.there import REASON
from tests.flows.reaching import ADA, AFTERNOON, LOUNGE, PRIVATE, SUNDAY, Process


@pytest.fixture
async def there(willing: Process) -> Process:
    """Ada wants to be asked there."""
    await willing.reach_out.ask_there(ADA, LOUNGE.audience, True)
    return willing


async def test_in_private_unless_they_chose(willing: Process) -> None:
    await willing.told(place=LOUNGE)
    assert await willing.reach_out.servers(ADA) == {LOUNGE.audience: False}
    await willing.live_until(SUNDAY)
    [sent] = willing.messenger.sent
    assert (sent.conversation, sent.audience) == (PRIVATE.conversation, "")
    assert willing.words.places == [PRIVATE]


async def test_in_the_channel_if_they_chose(there: Process) -> None:
    proposal = await there.told(place=LOUNGE)
    assert await there.reach_out.servers(ADA) == {LOUNGE.audience: True}
    await there.live_until(SUNDAY)
    [sent] = there.messenger.sent
    assert (sent.conversation, sent.audience, sent.at) == (LOUNGE.conversation, LOUNGE.audience, AFTERNOON)
    assert there.words.places == [LOUNGE], "its words are those of who is met there"
    last = (await there.store.turns.recent(ADA, LOUNGE.conversation, 5))[-1]
    assert (last.by_bot, last.audience, last.recalled) == (True, LOUNGE.audience, (proposal.memory,))
    assert REASON in await there.reach_out.reactions.react(ADA, "why")
    [spoke] = await there.store.diary.recent(ADA)
    assert spoke.conversation == LOUNGE.conversation


async def test_what_they_told_in_private_is_asked_in_private_all_the_same(there: Process) -> None:
    await there.told()
    await there.live_until(SUNDAY)
    assert [sent.audience for sent in there.messenger.sent] == [""]


@pytest.mark.parametrize("restart", [False, True])
async def test_a_closed_channel_holds_it_back_and_nothing_goes_elsewhere(there: Process, restart: bool) -> None:
    proposal = await there.told(place=LOUNGE)
    there.messenger.closed = PlaceClosed("The channel is gone.")
    await there.live_until(AFTERNOON + timedelta(hours=1))
    assert there.messenger.sent == []
    assert await there.reach_out.held_back(ADA) == {proposal.id: "The channel is gone."}
    [waiting] = await there.reach_out.planned(ADA)
    assert waiting.due == AFTERNOON + LOOK_AGAIN
    if restart:
        await there.reach_out.recover()
    there.messenger.closed = None
    await there.live_until(SUNDAY)
    assert [sent.at for sent in there.messenger.sent] == [AFTERNOON + LOOK_AGAIN]


async def test_one_that_stays_closed_is_let_go_in_the_end(there: Process) -> None:
    await there.told(place=LOUNGE)
    there.messenger.closed = PlaceClosed("The channel is gone.")
    await there.live_until(SUNDAY)
    assert there.messenger.sent == []
    assert (await there.why())[0] == ("wait", "The channel is gone.")
    assert (await there.why())[-1][0] == "drop"
    assert await there.reach_out.planned(ADA) == ()


async def test_an_outage_is_no_closed_channel(there: Process) -> None:
    await there.told(place=LOUNGE)
    there.messenger.closed = DeliveryError("not connected")
    await there.live_until(AFTERNOON + timedelta(minutes=1))
    [waiting] = await there.reach_out.planned(ADA)
    assert waiting.due == AFTERNOON + TRY_AGAIN


async def test_choosing_private_again_frees_what_was_held_back(there: Process) -> None:
    await there.told(place=LOUNGE)
    there.messenger.closed = PlaceClosed("The channel is gone.")
    await there.live_until(AFTERNOON + timedelta(hours=1))
    await there.reach_out.ask_there(ADA, LOUNGE.audience, False)
    await there.live_until(AFTERNOON + timedelta(hours=2))
    assert [(sent.audience, sent.at) for sent in there.messenger.sent] == [("", AFTERNOON + timedelta(hours=1))]


async def test_a_channel_that_closes_while_the_words_are_found_gets_nothing(there: Process) -> None:
    await there.told(place=LOUNGE)

    async def close() -> None:
        there.messenger.closed = PlaceClosed("You are no longer in that server.")

    there.words.meanwhile = close
    await there.live_until(SUNDAY)
    assert there.messenger.sent == []
    assert await there.why() == [("drop", "You are no longer in that server.")]


async def test_a_choice_taken_back_while_the_words_are_found_counts(there: Process) -> None:
    await there.told(place=LOUNGE)

    async def take_back() -> None:
        there.words.meanwhile = None
        await there.reach_out.ask_there(ADA, LOUNGE.audience, False)

    there.words.meanwhile = take_back
    there.clock.set(AFTERNOON)
    await there.reach_out.consider_due(AFTERNOON)
    assert there.messenger.sent == []
    await there.reach_out.consider_due(AFTERNOON + timedelta(minutes=1))
    assert [sent.audience for sent in there.messenger.sent] == [""]


async def test_where_it_speaks_only_when_spoken_to_it_does_not_begin(there: Process) -> None:
    proposal = await there.told(place=LOUNGE)
    await there.store.people.set_setting(LOUNGE.audience, "dial", "lurker")
    await there.live_until(AFTERNOON + timedelta(hours=1))
    assert await there.reach_out.held_back(ADA) == {proposal.id: NOT_SPOKEN_TO}
    await there.store.people.set_setting(LOUNGE.audience, "channel:21", "guest")
    await there.live_until(SUNDAY)
    assert [sent.audience for sent in there.messenger.sent] == [LOUNGE.audience]


async def test_the_rules_are_the_same_there(there: Process) -> None:
    await there.told(place=LOUNGE)
    await there.live_until(AFTERNOON - timedelta(minutes=10))
    await there.say("phew", LOUNGE)
    await there.live_until(SUNDAY)
    assert [sent.at for sent in there.messenger.sent] == [AFTERNOON + timedelta(minutes=20)]


async def test_forgetting_everything_takes_the_choice_along(there: Process) -> None:
    exported = await there.store.archives.everything(ADA)
    assert exported["settings"]["reach_out.there server:7"] == "yes"
    await there.store.forgetting.everything(ADA)
    assert await there.reach_out.servers(ADA) == {}
