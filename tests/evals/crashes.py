"""``python -m tests.evals.crashes [COUNT]``: the process dies COUNT times (1,000), each time somewhere else, and nothing is
ever said twice.

Each seed draws the await at which a process dies while it considers what is due (before or after the call took effect),
sometimes a second death in the next process, and sometimes a second process at work on the same database. Then a process
lives on to the end of the week. Counted: messages that came twice about one event, or twice on a day.
"""

import asyncio
import logging
import random
import sys
from collections import Counter
from datetime import timedelta

from bot.flows.reach_out import ReachOut
from bot.flows.template_words import PLAIN
from bot.mind.proposals.follow_up import FollowUp
from tests.fakes.store import FakeStore
from tests.flows.reaching import ADA, AFTERNOON, BERLIN, SUNDAY, Killed, Life, Machine, Mortal, Process, Scripted

_CALLS = 45
"""A little more than the awaits of two proposals."""


def mortal(process: Process, life: Life) -> ReachOut:
    """A process that dies when ``life`` says so."""
    store = process.store
    return ReachOut(
        clock=process.clock, people=Mortal(store.people, life), memories=Mortal(store.memories, life),  # type: ignore[arg-type]
        proposals=Mortal(store.proposals, life), outbox=Mortal(store.outbox, life), diary=Mortal(store.diary, life),  # type: ignore[arg-type]
        turns=Mortal(store.turns, life), messenger=Mortal(process.messenger, life),  # type: ignore[arg-type]  # ports by name
        words=Scripted("How did it go?"), plain_words=Scripted(PLAIN), sources=[FollowUp()],
    )


async def crash(seed: int) -> Counter[str]:
    """One story; what went wrong in it, and whether a death happened."""
    draw, machine = random.Random(seed), Machine(FakeStore())
    process = await machine.start()
    await process.reach_out.opt_in(ADA, True)
    await process.reach_out.set_timezone(ADA, "berlin")
    await process.told()
    await process.told("my driving test is on Friday at 12", AFTERNOON - timedelta(hours=5))
    machine.clock.set(AFTERNOON)
    found: Counter[str] = Counter()
    for _ in range(draw.choice([1, 1, 2])):
        lives = [mortal(process, Life(draw.randint(1, _CALLS), draw.random() < 0.5)) for _ in range(draw.choice([1, 1, 2]))]
        ends = await asyncio.gather(*(_until_death(life) for life in lives))
        found["deaths"] += sum(ends)
        if draw.random() < 0.5:
            found["lost"] += await process.reach_out.recover()
    found["lost"] += await process.reach_out.recover()
    await process.live_until(SUNDAY)
    sent = machine.messenger.sent
    found["twice about one event"] += len(sent) - len({message.proposal for message in sent})
    found["twice on one day"] += len(sent) - len({message.at.astimezone(BERLIN).date() for message in sent})
    return found


async def _until_death(process: ReachOut) -> bool:
    try:
        await process.consider_due(AFTERNOON)
    except Killed:
        return True
    return False


def main(count: int) -> Counter[str]:
    """All stories together."""
    total: Counter[str] = Counter()
    for seed in range(count):
        total.update(asyncio.run(crash(seed)))
    return total


if __name__ == "__main__":
    logging.getLogger("bot").setLevel(logging.ERROR)  # each lost message is reported
    result = main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
    sys.stdout.write(", ".join(f"{name}: {count}" for name, count in sorted(result.items())) + "\n")
    sys.exit(1 if result["twice about one event"] or result["twice on one day"] else 0)
