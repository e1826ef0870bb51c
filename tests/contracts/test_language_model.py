"""What every LanguageModel promises."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, aclosing, asynccontextmanager

import pytest

from bot.edges.llama import open_llama
from bot.edges.openai_api import open_openai_api
from bot.errors import ModelFailed
from bot.ports import Completion, Forgetful, LanguageModel, Message
from tests.fakes.model import FakeModel
from tests.fakes.model_server import ModelServer, open_model_server

_CHAT = (
    Message("system", "You are Mika, an old friend. Answer in two short sentences."),
    Message("user", "Hi! I have an exam tomorrow 😀"),
    Message("assistant", "Oh no. Which one?"),
    Message("user", "Chemistry. Wish me luck!"),
)
_LIMIT = 512


_SERVED = "served "
"""In front of a model's name: behind a server, the client of which is what is tested."""

_REAL = ("tiny_model", "tiny_moe_model", f"{_SERVED}tiny_model")


@pytest.fixture(params=["fake", f"{_SERVED}fake", *(pytest.param(name, marks=pytest.mark.model) for name in _REAL)])
async def model(request: pytest.FixtureRequest) -> AsyncIterator[LanguageModel]:
    async with _opened(request.param, request) as opened:
        yield opened


@asynccontextmanager
async def _opened(name: str, request: pytest.FixtureRequest) -> AsyncIterator[LanguageModel]:
    async with AsyncExitStack() as stack:
        opened: LanguageModel
        if (plain := name.removeprefix(_SERVED)) == "fake":
            opened = FakeModel(["Good luck then, you will do well. Tell me how it went."], context_tokens=_LIMIT)
            chances = {"Yes": 0.5, " No": 0.2, "I": 0.1, "Well": 0.1}
        else:
            opened = await stack.enter_async_context(open_llama(request.getfixturevalue(plain), context_tokens=_LIMIT))
            chances = None  # it tells none, as some do not
        if name != plain:
            server = await stack.enter_async_context(open_model_server(ModelServer(opened, chances=chances)))
            opened = await stack.enter_async_context(open_openai_api(server.base_url, context_tokens=_LIMIT))
        yield opened


def _ask(**changes: object) -> Completion:
    fields: dict[str, object] = {"messages": _CHAT, "max_tokens": 40, "seed": 7}
    return Completion(**(fields | changes))  # type: ignore[arg-type]  # the fields are those of Completion


async def _answer(model: LanguageModel, **changes: object) -> str:
    return "".join([piece async for piece in model.stream(_ask(**changes))])


async def test_an_answer_comes_in_pieces(model: LanguageModel) -> None:
    pieces = [piece async for piece in model.stream(_ask())]
    assert len(pieces) > 1
    assert "".join(pieces).strip()


async def test_a_seed_repeats_the_answer_whatever_was_asked_between(model: LanguageModel) -> None:
    first = await _answer(model)
    await _answer(model, messages=(Message("user", "Tell me of the sea."),), seed=None)
    await _answer(model, messages=_CHAT[:2], seed=None)
    assert await _answer(model) == first


async def test_max_tokens_cuts(model: LanguageModel) -> None:
    whole, cut = await _answer(model), await _answer(model, max_tokens=5)
    assert whole.startswith(cut) and len(cut) < len(whole)


async def test_a_stop_word_ends_the_answer_and_is_never_said(model: LanguageModel) -> None:
    whole = await _answer(model)
    for stop in (whole[3:9], whole[6:8], whole[10]):
        assert await _answer(model, stop=(stop, "never said")) == whole[: whole.find(stop)]


async def test_closing_cancels_and_the_next_request_works(model: LanguageModel) -> None:
    async with aclosing(model.stream(_ask(max_tokens=400))) as stream:
        async for _ in stream:
            break
    assert await _answer(model)


async def test_what_takes_longer_than_it_was_given_fails_and_the_next_request_works(model: LanguageModel) -> None:
    await _answer(model)
    with pytest.raises(ModelFailed, match="longer than it was given"):
        await _answer(model, max_tokens=400, seconds=0.0)
    assert await _answer(model, seconds=600.0)


async def test_many_at_once_are_all_answered(model: LanguageModel) -> None:
    answers = await asyncio.gather(*(_answer(model, background=n % 2 == 0, max_tokens=10) for n in range(6)))
    assert len(set(answers)) == 1 and answers[0]


@pytest.mark.parametrize("name", ["fake", *(pytest.param(name, marks=pytest.mark.model) for name in _REAL if not name.startswith(_SERVED))])
async def test_an_answer_goes_on_from_its_opening(name: str, request: pytest.FixtureRequest) -> None:
    async with _opened(name, request) as model:
        said = await _answer(model, opening="Hang on, chemistry?")
        assert said.startswith("Hang on, chemistry? ") and len(said.split()) > 5
        assert await _answer(model, opening="Hang on, chemistry?") == said != await _answer(model)


async def test_choose_gives_a_probability_to_each_option(model: LanguageModel) -> None:
    question = (Message("user", "Is Paris a city? Say yes or no."),)
    options = ("Yes", "No", "I would rather not say")
    chances = await model.choose(question, options)
    assert len(chances) == 3 and all(0 <= chance <= 1 for chance in chances)
    assert sum(chances) == pytest.approx(1)
    assert await model.choose(question, options[:1]) == (1.0,)


async def test_tokens_are_counted_for_the_whole_prompt(model: LanguageModel) -> None:
    counts: Sequence[int] = [await model.count_tokens(_CHAT[:n]) for n in (1, 2, 4)]
    assert 0 < counts[0] < counts[1] < counts[2]


async def test_facts(model: LanguageModel) -> None:
    facts = await model.facts()
    assert facts.name and facts.context_tokens == _LIMIT


async def test_a_prompt_that_does_not_fit_is_refused_with_numbers(model: LanguageModel) -> None:
    long = (Message("user", "word " * 2000),)
    needed = await model.count_tokens(long)
    with pytest.raises(ModelFailed, match=rf"{needed} tokens.*{_LIMIT - 1}"):
        await _answer(model, messages=long)
    assert await _answer(model)


async def test_forgetting_somebody_costs_time_and_nothing_else(model: LanguageModel) -> None:
    assert isinstance(model, Forgetful)
    first = await _answer(model, owner="ada")
    await model.forget("ada")
    await model.forget("nobody that it knows")
    assert await _answer(model, owner="ada") == first
    async with aclosing(model.stream(_ask(max_tokens=20, owner="ada"))) as stream:
        said = await anext(stream)
        await model.forget("ada")
        said += "".join([piece async for piece in stream])
    assert said == await _answer(model, max_tokens=20, owner="ada")
    await model.aclose()
    await model.forget("ada")


async def test_after_closing_everything_fails_plainly(model: LanguageModel) -> None:
    await model.aclose()
    await model.aclose()
    for call in (_answer(model), model.choose(_CHAT, ("a",)), model.count_tokens(_CHAT), model.facts()):
        with pytest.raises(ModelFailed):
            await call


@pytest.mark.model
@pytest.mark.parametrize("name", _REAL)
async def test_a_schema_holds_the_whole_answer(name: str, request: pytest.FixtureRequest) -> None:
    schema = {
        "type": "object",
        "properties": {
            "name": {"type": "string", "maxLength": 20},
            "kind": {"enum": ["plan", "feeling"]},
            "when": {"type": ["string", "null"], "maxLength": 20},
            "weight": {"type": "integer"},
        },
        "required": ["name", "kind", "when", "weight"],
        "additionalProperties": False,
    }
    async with _opened(name, request) as model:
        for seed in range(3):
            found = json.loads(await _answer(model, schema=schema, seed=seed, max_tokens=200, temperature=1.2))
            assert set(found) == {"name", "kind", "when", "weight"} and found["kind"] in {"plan", "feeling"}
