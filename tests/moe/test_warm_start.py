"""A dense model made into equal experts answers as before; what cannot be used is a clear error."""

from pathlib import Path

import pytest
from gguf import GGUFReader

from bot.edges.llama import LlamaClient, open_llama
from bot.errors import ModelDamaged, ModelError
from bot.moe.warm_start import warm_start
from bot.ports import Completion, Message

pytestmark = pytest.mark.model


async def _greedy(model: LlamaClient, text: str) -> str:
    request = Completion(messages=(Message("user", text),), max_tokens=40, temperature=0.0, repeat_penalty=1.0, seed=1)
    return "".join([piece async for piece in model.stream(request)])


async def test_equal_experts_answer_as_the_dense_model(tiny_model: Path, tmp_path: Path) -> None:
    # With one expert at work its weight is exactly one; two weights add up to one but for rounding.
    warm_start(tiny_model, tmp_path / "one.gguf", used=1)
    questions = ("What is the capital of France?", "Say hello to my sister.", "Count to five.")
    async with open_llama(tiny_model, context_tokens=512) as dense, open_llama(tmp_path / "one.gguf", context_tokens=512) as mixture:
        assert (await mixture.facts()).experts == 4 and (await dense.facts()).experts == 0
        for question in questions:
            assert await _greedy(mixture, question) == await _greedy(dense, question)


async def test_two_experts_at_work_are_of_the_same_mind(tiny_model: Path, tiny_moe_model: Path) -> None:
    question, options = (Message("user", "Which of these do you eat?"),), ("Bread", "Music", "Seventeen")
    async with open_llama(tiny_model, context_tokens=512) as dense, open_llama(tiny_moe_model, context_tokens=512) as mixture:
        assert await mixture.choose(question, options) == pytest.approx(await dense.choose(question, options), abs=0.1)


def test_tokenizer_and_template_are_kept(tiny_model: Path, tiny_moe_model: Path) -> None:
    dense, mixture = GGUFReader(tiny_model), GGUFReader(tiny_moe_model)
    for key in ("tokenizer.chat_template", "tokenizer.ggml.model", "llama.block_count", "general.name"):
        assert mixture.fields[key].contents() == dense.fields[key].contents()
    assert mixture.fields["llama.expert_count"].contents() == 4
    assert mixture.fields["llama.expert_used_count"].contents() == 2


def test_a_mixture_is_not_warm_started_again(tiny_moe_model: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="not a dense model"):
        warm_start(tiny_moe_model, tmp_path / "out.gguf")


def test_half_a_file_is_damaged_and_leaves_nothing(tiny_model: Path, tmp_path: Path) -> None:
    half = tmp_path / "half.gguf"
    half.write_bytes(tiny_model.read_bytes()[:30_000_000])
    with pytest.raises(ModelDamaged, match="half.gguf"):
        warm_start(half, tmp_path / "out.gguf")
    with pytest.raises(ModelDamaged):
        warm_start(tmp_path / "none.gguf", tmp_path / "out.gguf")
    assert not (tmp_path / "out.gguf").exists()


def test_more_experts_used_than_there_are(tiny_model: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="between 1 and 4"):
        warm_start(tiny_model, tmp_path / "out.gguf", experts=4, used=5)
