"""``python -m tests.bench.reach_out``: what a minute costs when 20,000 people wait to be written to.

One plan each, due at minutes spread over a fortnight, in the real store; then an hour of looks, a minute apart, each of which chooses what is due
and judges it. Everybody is in their quiet hours, so that judging is all that is done. Prints milliseconds a minute.
"""

import asyncio
import sys
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

from sqlalchemy import insert

from bot.commands.life import Letterbox, OneCard, StillClock
from bot.edges.store import Store, open_store, rows, schema
from bot.flows.reach_out import ReachOut
from bot.flows.template_words import TemplateWords
from bot.flows.wardrobe import Wardrobe
from bot.mind.events import Consent, Kind, Memory, Proposal
from tests.fakes.clock import START

PEOPLE, MINUTES = 20_000, 60


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        clock = StillClock(START)
        async with open_store(Path(folder) / "oldfriend.db", clock=clock) as store:
            await _fill(store)
            words = TemplateWords(Wardrobe(store.people, OneCard("mika"), "mika"))
            reach_out = ReachOut(
                clock=clock, people=store.people, memories=store.memories, proposals=store.proposals, outbox=store.outbox, diary=store.diary,
                turns=store.turns, messenger=Letterbox(), words=words, plain_words=words,
            )
            took, cpu, judged = [], [], 0
            for minute in range(MINUTES):
                clock.set(START + timedelta(minutes=minute))
                before, spent = perf_counter(), process_time()
                judged += await reach_out.consider_due(clock.now())
                await reach_out.next_due(until=clock.now() + timedelta(minutes=1))
                took.append(1000 * (perf_counter() - before))
                cpu.append(1000 * (process_time() - spent))
    sys.stdout.write(
        f"{PEOPLE} people waiting, {judged} judged in {MINUTES} minutes\n"
        f"ms a minute: median {median(took):.1f}, worst {max(took):.1f}; of one core: median {median(cpu):.1f}, worst {max(cpu):.1f}\n"
    )


async def _fill(store: Store) -> None:
    async with store.database.writing() as connection:
        people = [f"discord:{n}" for n in range(1, PEOPLE + 1)]
        quiet = START.replace(hour=(START.hour - 1) % 24).time(), START.replace(hour=(START.hour + 3) % 24).time()
        await connection.execute(insert(schema.consents), [
            rows.of_consent(Consent(
                person=person, reach_out=True, timezone="UTC", timezone_known=True, quiet_start=quiet[0], quiet_end=quiet[1], conversation="discord:1",
            )) for person in people
        ])
        await connection.execute(insert(schema.memories), [{**rows.of_memory(_memory(person)), "stamp": 0} for person in people])
        await connection.execute(insert(schema.proposals), [
            rows.of_proposal(_proposal(person, n, START + timedelta(minutes=n % (14 * 24 * 60)))) for n, person in enumerate(people, 1)
        ])


def _memory(person: str) -> Memory:
    return Memory(
        person=person, audience=f"dm:{person}", kind=Kind.PLAN, gist="Has a final.", quote="my final", said_at=START - timedelta(days=1),
        happens_at=START - timedelta(hours=4), importance=0.9,
    )


def _proposal(person: str, memory: int, due: datetime) -> Proposal:
    opens = START - timedelta(hours=1)
    return Proposal(
        person=person, memory=memory, source="follow_up", opens=opens, best=due, closes=START + timedelta(days=20), worth=0.9, reason="A final.", due=due,
    )


if __name__ == "__main__":
    asyncio.run(main())
