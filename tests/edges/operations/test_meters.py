"""Numbers, and what must not be among them."""

import logging
from contextlib import aclosing

import pytest

from bot.edges.operations.meters import Meters
from bot.errors import ModelFailed
from bot.mind.events import Act, Decision
from bot.ports import Completion, Message
from tests.fakes.clock import START
from tests.fakes.model import FakeEmbedder, FakeModel
from tests.fakes.store import FakeStore

ASKED = Completion(messages=(Message("user", "hello"),))


def lines(meters: Meters) -> set[str]:
    return set(meters.page().decode().splitlines())


async def _said(meters: Meters, model: FakeModel) -> str:
    async with aclosing(meters.model(model).stream(ASKED)) as pieces:
        return "".join([piece async for piece in pieces])


async def test_what_the_model_does_is_counted_and_not_changed() -> None:
    meters = Meters()
    assert await _said(meters, FakeModel(["one two three"])) == "one two three"
    found = lines(meters)
    assert 'oldfriend_model_pieces_total{work="answer"} 3.0' in found
    assert 'oldfriend_stage_seconds_count{stage="first_piece"} 1.0' in found
    with pytest.raises(ModelFailed):
        await _said(meters, FakeModel([ModelFailed("crashed")]))
    assert 'oldfriend_errors_total{where="model ModelFailed"} 1.0' in lines(meters)
    meters.read(100, 80)
    assert {'oldfriend_prompt_tokens_total{how="cached"} 80.0', 'oldfriend_prompt_tokens_total{how="read"} 20.0'} <= lines(meters)
    model = meters.model(FakeModel())
    assert (await model.facts()).name == "fake" and await model.count_tokens(ASKED.messages) > 0
    assert await model.choose(ASKED.messages, ["a"]) == (1.0,)
    embedder = meters.embedder(FakeEmbedder())
    assert embedder.name == "fake-embedder" and (await embedder.embed(["tea"])).shape == (1, 256)
    assert 'oldfriend_stage_seconds_count{stage="embed"} 1.0' in lines(meters)


@pytest.mark.parametrize(("act", "reason", "detail", "label"), [
    ("reply", "they asked", {"strategy": "answer from memory"}, "answer from memory"),
    ("silent", "there is nothing to say to this", {}, "there is nothing to say to this"),
    ("silent", "my answer could not be delivered: Discord refused", {}, "my answer could not be delivered"),
    ("speak", "You told me this: “the zqsecret operation” I would like to know.", {"source": "follow_up"}, "follow_up"),
    ("wait", "“zqsecret” is not for now", {"source": "birthday"}, "birthday"),
    ("drop", "zqsecret", {}, "other"),
])
async def test_decisions_are_counted_without_a_word_of_anybody(act: Act, reason: str, detail: dict[str, str], label: str) -> None:
    meters, store = Meters(), FakeStore()
    kept = await meters.diary(store.diary).record(Decision(person="discord:77", act=act, reason=reason, at=START, detail=detail))
    assert kept.reason == reason and await meters.diary(store.diary).recent("discord:77") == (kept,)
    page = meters.page().decode()
    assert f'oldfriend_decisions_total{{act="{act}",why="{label}"}} 1.0' in page
    assert "zqsecret" not in page and "discord:77" not in page


async def test_there_are_never_more_labels_than_are_good() -> None:
    meters, diary = Meters(), FakeStore().diary
    words = ["".join(chr(97 + int(digit)) for digit in str(number)) for number in range(500)]
    for word in words:
        await meters.diary(diary).record(Decision(person="p", act="silent", reason=word, at=START))
    assert len([line for line in lines(meters) if line.startswith("oldfriend_decisions_total")]) <= 61


async def test_errors_in_the_log_the_queue_and_the_tasks() -> None:
    meters = Meters()
    meters.watch_queue(lambda: 7)
    with meters.counting_errors():
        logging.getLogger("bot.flows.inbox").error("zqsecret")
    logging.getLogger("bot.flows.inbox").error("after")
    found = lines(meters)
    assert 'oldfriend_errors_total{where="bot.flows.inbox"} 1.0' in found and {"oldfriend_waiting_messages 7.0", "oldfriend_tasks 1.0"} <= found
    assert not any("zqsecret" in line for line in found)
