"""What differs between servers: what they understand, count and tell."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from bot.edges.openai_api import OpenAIModel, open_openai_api
from bot.errors import ModelFailed
from bot.ports import Message
from tests.edges.openai_api.asking import CHAT, answer
from tests.edges.openai_api.conftest import ANSWER
from tests.fakes.model import FakeModel
from tests.fakes.model_server import ModelServer, open_model_server

SCHEMA = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}
QUESTION = (Message("user", "Is Paris a city?"),)
OPTIONS = ("Yes", "No", "I would rather not say")


async def served(stack: AsyncExitStack, server: ModelServer, **settings: object) -> OpenAIModel:
    await stack.enter_async_context(open_model_server(server))
    return await stack.enter_async_context(open_openai_api(server.base_url, **settings))  # type: ignore[arg-type]  # its own


class TestForms:
    async def test_a_rich_request(self, model: OpenAIModel, server: ModelServer) -> None:
        await answer(model, min_p=0.1, repeat_penalty=1.2, seed=5, stop=("\n", ""), temperature=0.0)
        (asked,) = server.asked
        assert asked["model"] == "served-model" and asked["stream"] is True and asked["stop"] == ["\n"] and asked["seed"] == 5
        assert asked["min_p"] == 0.1 and asked["repeat_penalty"] == asked["repetition_penalty"] == 1.2
        assert asked["chat_template_kwargs"] == {"enable_thinking": False}
        assert [m["role"] for m in asked["messages"]] == ["system", "user", "system"]

    async def test_a_strict_server_gets_a_plain_request_from_then_on(self, stack: AsyncExitStack) -> None:
        server = ModelServer(FakeModel([ANSWER]), strict=True)
        model = await served(stack, server)
        assert await answer(model) == await answer(model) == ANSWER
        rich, plain, again = server.asked
        assert "min_p" in rich and "min_p" not in plain and plain == again
        (folded,) = plain["messages"]
        assert folded["role"] == "user" and folded["content"] == "\n\n".join(m.content for m in CHAT)

    async def test_a_model_that_is_not_there(self, stack: AsyncExitStack) -> None:
        model = await served(stack, ModelServer(FakeModel()), model="something-else")
        assert (await model.facts()).name == "something-else"
        with pytest.raises(ModelFailed, match="does not have that model.*server.model"):
            await answer(model)

    async def test_the_first_model_listed_is_taken(self, stack: AsyncExitStack) -> None:
        model = await served(stack, ModelServer(FakeModel(), names=("first", "second"), context=8192), context_tokens=2048)
        assert await model.listed() == {"first": 8192, "second": 8192}
        facts = await model.facts()
        assert (facts.name, facts.context_tokens) == ("first", 2048)

    async def test_no_model_at_all(self, stack: AsyncExitStack) -> None:
        model = await served(stack, ModelServer(FakeModel(), names=()))
        with pytest.raises(ModelFailed, match="lists no model"):
            await model.facts()

    async def test_one_background_request_at_a_time(self, model: OpenAIModel, server: ModelServer) -> None:
        answers = [answer(model, background=True) for _ in range(3)]
        assert await asyncio.gather(*answers) == [ANSWER] * 3
        assert len(server.asked) == 3


class TestSchemas:
    async def test_a_schema_goes_along_and_the_answer_comes_whole(self, stack: AsyncExitStack) -> None:
        server = ModelServer(FakeModel(['{"name": "Ana Maria"}']))
        model = await served(stack, server)
        assert await answer(model, schema=SCHEMA) == '{"name": "Ana Maria"}'
        assert server.asked[0]["response_format"]["json_schema"]["schema"] == SCHEMA

    async def test_a_server_that_does_not_hold_to_it(self, stack: AsyncExitStack) -> None:
        model = await served(stack, ModelServer(FakeModel(["Sure! Here it is: {"])))
        with pytest.raises(ModelFailed, match="does not hold to a JSON schema"):
            await answer(model, schema=SCHEMA)


class TestCounting:
    @pytest.mark.parametrize("whose", ["llama-server", "vllm"])
    async def test_by_the_server(self, stack: AsyncExitStack, whose: str) -> None:
        fake = FakeModel()
        model = await served(stack, ModelServer(fake, counts=whose))  # type: ignore[arg-type]  # one of both
        assert await model.count_tokens(CHAT) == await fake.count_tokens(CHAT)

    async def test_a_guess_that_is_not_too_low_where_it_does_not_count(self, stack: AsyncExitStack) -> None:
        server = ModelServer(FakeModel(), counts=None)
        model = await served(stack, server)
        words = (Message("user", "word " * 100), Message("user", "我很好 😀" * 10))
        assert await model.count_tokens(words) >= 160
        asked = len(server.keys)
        assert await model.count_tokens(CHAT) > 0
        assert len(server.keys) == asked  # it has learned that there is nobody to ask


class TestChoosing:
    @pytest.mark.parametrize(
        ("chances", "expected"),
        [
            ({"Yes": 0.6, " No": 0.2, "I": 0.1, "Well": 0.1}, (6 / 9, 2 / 9, 1 / 9)),
            ({"Y": 0.5, "Yes": 0.25, "\n": 0.2, "": 0.05}, (1.0, 0.0, 0.0)),
        ],
    )
    async def test_from_what_could_come_first(
        self, stack: AsyncExitStack, chances: dict[str, float], expected: tuple[float, ...]
    ) -> None:
        server = ModelServer(FakeModel(), chances=chances)
        model = await served(stack, server)
        assert await model.choose(QUESTION, OPTIONS) == pytest.approx(expected)
        assert server.asked[0]["messages"] == [{"role": "user", "content": "Is Paris a city?"}]

    @pytest.mark.parametrize("chances", [None, {"Maybe": 1.0}])
    async def test_asked_outright_where_that_does_not_tell(self, stack: AsyncExitStack, chances: dict[str, float] | None) -> None:
        server = ModelServer(FakeModel(lambda request: '{"answer": "No"}' if request.schema else "Maybe"), chances=chances)
        model = await served(stack, server)
        assert await model.choose(QUESTION, OPTIONS) == await model.choose(QUESTION, OPTIONS) == (0.0, 1.0, 0.0)
        ballot = server.asked[-1]
        assert ballot["response_format"]["json_schema"]["schema"]["properties"]["answer"]["enum"] == list(OPTIONS)
        assert len(ballot["messages"]) == 1 and "- I would rather not say" in ballot["messages"][0]["content"]
        assert len(server.asked) == (3 if chances is None else 4)  # a server that tells nothing is not asked for it again

    async def test_options_with_the_same_beginning_are_asked_outright(self, stack: AsyncExitStack) -> None:
        server = ModelServer(FakeModel(['{"answer": "in the evening"}']), chances={"in": 0.9})
        model = await served(stack, server)
        assert await model.choose(CHAT, ("in the morning", "in the evening")) == (0.0, 1.0)
        assert server.asked[-1]["messages"][-1]["role"] == "user"

    @pytest.mark.parametrize("said", ["No idea.", '{"answer": "Perhaps"}', '{"reply": 1}'])
    async def test_no_choice_can_be_had(self, stack: AsyncExitStack, said: str) -> None:
        model = await served(stack, ModelServer(FakeModel([said])))
        with pytest.raises(ModelFailed, match="JSON schema"):
            await model.choose(QUESTION, OPTIONS)
