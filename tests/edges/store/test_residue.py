"""After a deletion no file of the home holds a byte of what was deleted."""

import random
from dataclasses import replace
from pathlib import Path

import pytest

from bot.edges.store import Store, open_store
from bot.mind.events import Consent, Decision, Evidence, Memory
from tests.contracts.stores import MODEL, direction, memory, proposal, turn, unprompted
from tests.fakes.clock import START, VirtualClock

ANN, BEN = "discord:8400001", "discord:8400002"


def _bytes(home: Path) -> bytes:
    return b"\n".join(file.read_bytes() for file in sorted(home.rglob("*")) if file.is_file())


def _left(home: Path, words: list[str]) -> list[str]:
    everything = _bytes(home)
    return [word for word in words if word.encode() in everything]


class Talk:
    """People who say words that nobody ever said before, so that each can be looked for."""

    def __init__(self, store: Store, seed: int) -> None:
        self._store = store
        self._chance = random.Random(seed)
        self.told: list[tuple[Memory, list[str]]] = []

    def _word(self) -> str:
        return "zq" + "".join(self._chance.choices("bcdfghjklmnpqrtvwx", k=14))

    async def tell(self, person: str) -> None:
        secret = [self._word() for _ in range(self._chance.randint(1, 30))]
        quote = " ".join(secret)
        where = {"person": person, "audience": f"dm:{person}", "conversation": person}
        vector = direction(*(self._chance.gauss(0, 1) for _ in range(32)))
        said = await self._store.turns.add(turn(f"well {quote} you know", **where), vector, MODEL)
        await self._store.turns.add(turn(f"really, {quote}?", by_bot=True, reply_to=said.id, **where))
        event = memory(quote, person=person, audience=where["audience"], gist=f"gist {quote}")
        kept = await self._store.memories.keep(event, [Evidence(turn=said.id, start=5, end=5 + len(quote))], vector, MODEL)
        assert kept is not None
        await self._plan(kept, quote)
        self.told.append((kept, secret))

    async def _plan(self, kept: Memory, quote: str) -> None:
        idea = await self._store.proposals.propose(proposal(kept.id, person=kept.person, reason=quote))
        assert idea is not None
        row = await self._store.outbox.claim(unprompted(idea, nonce=f"n{kept.id}"))
        assert row is not None
        await self._store.outbox.settle(row.id, "sent", quote)
        await self._store.diary.record(
            Decision(person=kept.person, act="speak", reason=quote, at=START, memories=(kept.id,), detail={"what": quote})
        )


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_nothing_is_left_of_single_memories(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    async with open_store(tmp_path / "oldfriend.db", clock=VirtualClock()) as store:
        talk = Talk(store, seed)
        gone: list[str] = []
        for _ in range(3):
            for _ in range(25):
                await talk.tell(chance.choice([ANN, BEN]))
            await store.back_up()
            for kept, secret in chance.sample(talk.told, 5):
                assert _left(tmp_path, secret) == secret
                await store.memories.change(replace(kept, gist="changed " + kept.gist))
                assert await store.forgetting.memory(kept.person, kept.id) is not None
                talk.told.remove((kept, secret))
                gone += secret
                assert _left(tmp_path, gone) == []
        assert all(_left(tmp_path, secret) == secret for _, secret in talk.told)
    assert _left(tmp_path, gone) == []


async def test_nothing_is_left_of_a_person(tmp_path: Path) -> None:
    async with open_store(tmp_path / "oldfriend.db", clock=VirtualClock(), exact_limit=10) as store:
        talk = Talk(store, 7)
        for _ in range(30):
            await talk.tell(ANN)
            await talk.tell(BEN)
        for person in (ANN, BEN):
            await store.people.set_consent(Consent(person=person, timezone=f"zone-{person}"))
            await store.people.set_setting(person, "persona", f"choice-{person}")
            await store.memories.search(person, f"dm:{person}", "", direction(*range(32)), MODEL)
        await store.forgetting.memory(ANN, talk.told[0][0].id)  # leaves a tombstone
        await store.memories.search(ANN, f"dm:{ANN}", "", direction(*range(32)), MODEL)
        await store.back_up()
        await store.forgetting.everything(ANN)
        secrets = [word for kept, secret in talk.told if kept.person == ANN for word in secret]
        assert _left(tmp_path, [*secrets, ANN, "zone-" + ANN, "choice-" + ANN]) == []
        assert BEN.encode() in _bytes(tmp_path)
    assert _left(tmp_path, [*secrets, ANN]) == []
    assert list((tmp_path / "backups").iterdir()) != []


async def test_an_interrupted_deletion_is_finished_at_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "oldfriend.db"
    async with open_store(path, clock=VirtualClock()) as store:
        talk = Talk(store, 9)
        for _ in range(20):
            await talk.tell(ANN)
        await store.back_up()
        with monkeypatch.context() as patch:
            patch.setattr("bot.edges.store.forgetting.remove_backups", _killed)
            with pytest.raises(KeyboardInterrupt):
                await store.forgetting.everything(ANN)
        words = [word for _, secret in talk.told for word in secret]
        assert await store.memories.browse(ANN) == ()
        assert _left(tmp_path, words) != []
    caplog.set_level("INFO")
    async with open_store(path, clock=VirtualClock()):
        assert _left(tmp_path, words) == []
    assert "cleared from the files" in caplog.text


def _killed(_path: Path) -> None:
    raise KeyboardInterrupt


async def test_nothing_is_left_of_a_message_that_its_author_deleted_or_edited(tmp_path: Path) -> None:
    path = tmp_path / "oldfriend.db"
    async with open_store(path, clock=VirtualClock()) as store:
        for number, word in (("m1", "zqdeletedcanary"), ("m2", "zqeditedcanary")):
            said = await store.turns.add(turn(f"my code is {word} now", message_id=number), direction(1, 0), MODEL)
            event = memory(f"my code is {word}", gist=f"gist {word}")
            kept = await store.memories.keep(event, [Evidence(turn=said.id, start=0, end=11 + len(word))], direction(1, 0), MODEL)
            assert kept is not None
            await store.turns.add(turn(f"{word}, really?", by_bot=True, reply_to=said.id))
        await store.back_up()
        assert _left(tmp_path, ["zqdeletedcanary", "zqeditedcanary"]) == ["zqdeletedcanary", "zqeditedcanary"]
        assert await store.forgetting.message("discord:11", "m1") is not None
        await store.idle()
        assert _left(tmp_path, ["zqdeletedcanary"]) == []
        assert await store.forgetting.reword("discord:11", "m2", "my code is secret now") is not None
    async with open_store(path, clock=VirtualClock()):
        assert _left(tmp_path, ["zqeditedcanary", "zqdeletedcanary"]) == []
