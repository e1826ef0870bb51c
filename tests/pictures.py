"""``python -m tests.pictures [FOLDER]``: the pictures of the README, drawn by the companion itself from the life of somebody invented."""

import asyncio
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.edges.painter import PlotPainter
from bot.flows.pictures import Pictures
from bot.mind.events import Decision, Evidence, Kind, Memory, Proposal, Turn, Unprompted, private_audience
from tests.fakes.clock import VirtualClock
from tests.fakes.store import FakeStore

FOLDER = Path(__file__).parents[1] / "docs" / "pictures"
NOW = datetime(2026, 6, 10, 12, tzinfo=UTC)
ROSA = "discord:7"
_DAY = timedelta(days=1)
_FELT = (
    "joy", "neutral", "sadness", "fear", "nervousness", "neutral", "sadness", "nervousness", "curiosity", "neutral", "gratitude", "joy", "excitement", "neutral",
    "joy", "love", "annoyance", "pride", "excitement", "joy", "gratitude", "neutral", "joy", "optimism",
)
_TOLD: tuple[tuple[int, Kind, str], ...] = (
    (-58, Kind.EXPERIENCE, "Found a kitten under the boat shed."), (-47, Kind.FEELING, "Slept badly before the audition."),
    (-44, Kind.PLAN, "Auditions for the city orchestra, second violin."), (-36, Kind.EXPERIENCE, "Fell off the bicycle; the violin is fine."),
    (-27, Kind.ACHIEVEMENT, "Got the seat in the orchestra."), (-12, Kind.PLAN, "Grandfather turns eighty; the whole village comes."),
    (-3, Kind.PLAN, "First concert with the orchestra."), (16, Kind.PLAN, "Moves into the flat above the bakery."),
)
_WROTE = ((-12, "follow_up"), (-9, "care"), (-3, "good_wishes"), (-2, "follow_up"))
_PLANS = ((5, "shared_interest"), (15, "good_wishes"), (17, "follow_up"))


async def _lived(store: FakeStore) -> None:
    for number, feeling in enumerate(_FELT):
        at = NOW - 62 * _DAY + number * timedelta(days=2, hours=14)
        await store.diary.record(Decision(person=ROSA, act="reply", reason="", at=at, detail={"feeling": feeling}))
    for days, kind, gist in _TOLD:
        said = await store.turns.add(Turn(
            person=ROSA, speaker="Rosa", text=gist, said_at=NOW + min(days, -1) * _DAY, audience=private_audience(ROSA), conversation=ROSA))
        happens = NOW + days * _DAY if kind is Kind.PLAN else None
        kept = Memory(person=ROSA, audience=said.audience, kind=kind, gist=gist, quote=gist, said_at=said.said_at, happens_at=happens)
        await store.memories.keep(kept, [Evidence(turn=said.id, start=0, end=len(gist))])
    for days, source in _WROTE:
        plan = await _proposed(store, source, NOW + days * _DAY)
        row = await store.outbox.claim(Unprompted(
            person=ROSA, conversation=ROSA, proposal=plan.id, memory=0, nonce=str(days), reason="", at=plan.due))
        assert row is not None
        await store.outbox.settle(row.id, "sent")
    for days, source in _PLANS:
        await _proposed(store, source, NOW + days * _DAY)


async def _proposed(store: FakeStore, source: str, due: datetime) -> Proposal:
    plan = await store.proposals.propose(Proposal(person=ROSA, memory=0, source=source, opens=due, best=due, closes=due, worth=1, reason="", due=due))
    assert plan is not None
    return plan


async def draw(folder: Path) -> dict[str, str]:
    """Write them; what each says in words, by its name."""
    store = FakeStore()
    await _lived(store)
    pictures = Pictures(
        PlotPainter(), clock=VirtualClock(NOW), people=store.people, diary=store.diary, memories=store.memories, outbox=store.outbox,
        proposals=store.proposals,
    )
    drawn = {"mood.png": await pictures.mood(ROSA), "map.png": await pictures.events(ROSA), "calendar.png": await pictures.calendar(ROSA)}
    for name, picture in drawn.items():
        (folder / name).write_bytes(picture.png)
    return {name: picture.words for name, picture in drawn.items()}


if __name__ == "__main__":
    for name, words in asyncio.run(draw(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)).items():
        sys.stdout.write(f"{name}: {words}\n")
