"""Somebody leaves a server, over real sockets."""

from datetime import timedelta

from tests.wire.lookalike import LookAlike
from tests.wire.test_permission import House, house
from tests.wire.world import User

__all__ = ["house"]


async def _told_in_server(house: House, user: User, *, leaving: bool) -> None:
    world = house.discord.world
    await house.home.permission.allow(f"discord:{user.id}")
    before = len(house.discord.bots())
    await house.discord.say(user, f"<@{world.bot.id}> I live in Oslo", world.lounge)
    await house.discord.answers(before + 1)
    if leaving:
        privacy = await house.discord.ask(user, "privacy", world.lounge)
        assert privacy.answer is not None
        await house.discord.press(user, privacy.answer, "Delete when I leave a server")
    await house.home.supervisor.idle()


async def _kept(house: House, user: User) -> int:
    return len(await house.store.memories.browse(f"discord:{user.id}"))


async def test_what_was_told_there_goes_with_who_chose_it(house: House) -> None:
    world = house.discord.world
    ann, ben, eve = (world.add_user(name) for name in ("ann", "ben", "eve"))
    for user, leaving in ((ann, True), (ben, False), (eve, True)):
        await _told_in_server(house, user, leaving=leaving)
    assert [await _kept(house, user) for user in (ann, ben, eve)] == [1, 1, 1]
    world.left |= {ann.id, ben.id}
    await house.home.clock.advance(timedelta(days=1, hours=1))
    await _somebody_writes(house.discord, eve)
    await house.home.supervisor.idle()
    assert [await _kept(house, user) for user in (ann, ben, eve)] == [0, 1, 1]


async def test_when_it_is_sent_away_too(house: House) -> None:
    world = house.discord.world
    ann, ben = world.add_user("ann"), world.add_user("ben")
    await _told_in_server(house, ann, leaving=True)
    await _told_in_server(house, ben, leaving=False)
    await house.discord.deliver("GUILD_DELETE", {"id": str(world.guild)})
    await _somebody_writes(house.discord, ben)
    await house.home.supervisor.idle()
    assert [await _kept(house, user) for user in (ann, ben)] == [0, 1]


async def _somebody_writes(discord: LookAlike, user: User) -> None:
    before = len(discord.bots())
    await discord.say(user, "good morning")
    await discord.answers(before + 1)
