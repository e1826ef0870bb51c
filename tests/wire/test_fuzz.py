"""Some hundred broken events; ``python -m tests.bench.fuzz`` sends ten thousand to the real process."""

from bot.sdk import Companion
from tests.edges.discord.company import Echo
from tests.wire.fuzz import Fuzz
from tests.wire.in_process import connected, gateway
from tests.wire.lookalike import LookAlike


async def test_broken_events_break_nothing(discord: LookAlike, companion: Companion, echo: Echo) -> None:
    ann = discord.world.add_user("ann")
    fuzz = Fuzz(discord.world, seed=7)
    async with connected(gateway(discord), companion, discord):
        for _ in range(700):
            await discord.deliver(*fuzz.event())
        await discord.say(ann, "still there?")
        answers = await discord.answers(1, discord.world.private(ann))
    assert answers[-1].content == "you said: still there?"
    assert discord.ready == 1, "it had to come again"
