"""SQLite and the store in memory, doing the same things in any order, stay the same."""

import asyncio
import tempfile
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from bot.edges.store import open_store
from bot.mind.events import Evidence, Memory, Proposal, Turn, Unprompted
from tests.contracts.stores import ANN, BEN, DM, MODEL, SERVER, Either, direction, memory, proposal, turn, unprompted
from tests.fakes import FakeStore
from tests.fakes.clock import START, VirtualClock

WORDS = ("zebra", "giraffe", "panther", "buffalo")
people = st.sampled_from([ANN, BEN])
audiences = st.sampled_from([DM, SERVER])
sentences = st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(" ".join)
angles = st.sampled_from([direction(1, 0), direction(0, 1), direction(1, 1)])
places = st.integers(0, 7)


class BothStores(RuleBasedStateMachine):
    """Ids differ between the two, so everything is named by its place in ``turns`` and ``memories``."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.folder = tempfile.TemporaryDirectory()
        self.stack = AsyncExitStack()
        opened = open_store(Path(self.folder.name) / "a.db", clock=VirtualClock(), exact_limit=3)
        self.stores: list[Either] = [FakeStore(), self.loop.run_until_complete(self.stack.enter_async_context(opened))]
        self.turns: list[list[Turn]] = []
        self.memories: list[list[Memory]] = []
        self.planned: list[list[Proposal]] = []
        self.claimed: list[list[Unprompted]] = []

    def teardown(self) -> None:
        self.loop.run_until_complete(self.stack.aclose())
        self.loop.close()
        self.folder.cleanup()

    def both(self, work: Any) -> list[Any]:
        """``work(store, i)`` on each store."""
        return [self.loop.run_until_complete(work(store, i)) for i, store in enumerate(self.stores)]

    @rule(person=people, audience=audiences, text=sentences, vector=st.none() | angles)
    def say(self, person: str, audience: str, text: str, vector: Any) -> None:
        said = turn(text, person=person, audience=audience, conversation=audience)
        self.turns.append(self.both(lambda store, i: store.turns.add(said, vector, MODEL)))

    @rule(about=places)
    def answer(self, about: int) -> None:
        for asked in self.turns[about : about + 1]:
            self.turns.append(
                self.both(
                    lambda store, i: store.turns.add(
                        turn("a reply", by_bot=True, person=asked[i].person, reply_to=asked[i].id)
                    )
                )
            )

    @rule(source=places, start=st.integers(0, 12), length=st.integers(0, 12), vector=angles, old=places, share=st.booleans())
    def keep(self, source: int, start: int, length: int, vector: Any, old: int, share: bool) -> None:
        for said in self.turns[source : source + 1]:
            event = memory(
                said[0].text[start : start + length], person=said[0].person, audience=said[0].audience, shareable=share
            )
            replaces = [[m.id for m in pair] for pair in self.memories[old : old + 1]]
            kept = self.both(
                lambda store, i: store.memories.keep(
                    event,
                    [Evidence(turn=said[i].id, start=start, end=start + length)],
                    vector,
                    MODEL,
                    [pair[i] for pair in replaces],
                )
            )
            assert (kept[0] is None) == (kept[1] is None)
            if kept[0] is not None:
                self.memories.append(kept)

    @rule(about=places, hours=st.integers(1, 5))
    def plan(self, about: int, hours: int) -> None:
        for pair in self.memories[about : about + 1]:
            plans = self.both(lambda store, i: store.proposals.propose(
                proposal(pair[i].id, person=pair[i].person, source=f"source{hours}", due=START + timedelta(hours=hours))
            ))
            assert (plans[0] is None) == (plans[1] is None)
            if plans[0] is not None:
                self.planned.append(plans)

    @rule(plan=places)
    def claim(self, plan: int) -> None:
        """Only an open one whose memory is still there, and only once."""
        for plans in self.planned[plan : plan + 1]:
            nonce = f"n{len(self.claimed)}-{plan}"
            rows = self.both(lambda store, i: store.outbox.claim(unprompted(plans[i], nonce=nonce)))
            assert (rows[0] is None) == (rows[1] is None)
            if rows[0] is not None:
                self.claimed.append(rows)

    @rule(row=places, state=st.sampled_from(["sent", "failed"]))
    def settle(self, row: int, state: Any) -> None:
        for rows in self.claimed[row : row + 1]:
            self.both(lambda store, i: store.outbox.settle(rows[i].id, state, "hello"))

    @rule()
    def start_again(self) -> None:
        """What a process that died had claimed is lost."""
        lost = self.both(lambda store, i: store.outbox.lose_stale())
        assert lost[0] == lost[1]

    @rule(place=places)
    def forget(self, place: int) -> None:
        for pair in self.memories[place : place + 1]:
            receipts = self.both(lambda store, i: store.forgetting.memory(pair[i].person, pair[i].id))
            assert receipts[0] == receipts[1]

    @rule(person=people)
    def forget_everything(self, person: str) -> None:
        receipts = self.both(lambda store, i: store.forgetting.everything(person))
        assert receipts[0] == receipts[1]

    @rule(person=people, audience=audiences, words=sentences, vector=st.none() | angles)
    def search(self, person: str, audience: str, words: str, vector: Any) -> None:
        found = self.both(lambda store, i: store.memories.search(person, audience, words, vector, MODEL))
        assert self.seen(found[0], 0) == self.seen(found[1], 1)

    def seen(self, found: Any, i: int) -> list[tuple[str, int, float, bool]]:
        number = {("memory", pair[i].id): n for n, pair in enumerate(self.memories)}
        number |= {("turn", pair[i].id): n for n, pair in enumerate(self.turns)}
        return sorted(
            (what, number[what, row.id], round(c.dense, 4), c.lexical > 0)
            for c in found
            for what, row in (("memory", c.memory), ("turn", c.turn))
            if row is not None
        )

    @invariant()
    def both_hold_the_same(self) -> None:
        for person in (ANN, BEN):
            kept = self.both(lambda store, i: store.memories.browse(person, past=True))
            plain = [sorted(repr(replace(m, id=0, superseded_by=bool(m.superseded_by))) for m in side) for side in kept]
            assert plain[0] == plain[1]
            plans = self.both(lambda store, i: store.proposals.open(person))
            numbers = [{pair[i].id: n for n, pair in enumerate(self.planned)} for i in (0, 1)]
            assert [numbers[0][p.id] for p in plans[0]] == [numbers[1][p.id] for p in plans[1]]
            sent = self.both(lambda store, i: store.outbox.history(person, 100))
            assert [(numbers[0][u.proposal], u.state, u.text) for u in sent[0]] == [(numbers[1][u.proposal], u.state, u.text) for u in sent[1]]
            for where in (DM, SERVER):
                said = self.both(lambda store, i: store.turns.recent(person, where, 100))
                assert [t.text for t in said[0]] == [t.text for t in said[1]]


TestBothStores = BothStores.TestCase
TestBothStores.settings = settings(
    max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)
