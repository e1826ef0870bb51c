"""Personas with an adapter of their own, made here: a LoRA adapter and a control vector, both of noise."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
from gguf import GGUFReader, GGUFWriter

from bot.edges.llama import LlamaClient, open_llama
from bot.errors import ModelFailed
from bot.ports import Completion, Message

pytestmark = pytest.mark.model


def _width(model: Path) -> int:
    return int(GGUFReader(model).fields["llama.embedding_length"].contents())


@pytest.fixture(scope="module")
def lora(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Rank 2 on the queries of all layers."""
    noise, width = np.random.default_rng(7), _width(tiny_model)
    writer = GGUFWriter(file := tmp_path_factory.mktemp("lora") / "adapter.gguf", "llama")
    writer.add_type("adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", 2.0)
    for layer in range(int(GGUFReader(tiny_model).fields["llama.block_count"].contents())):
        writer.add_tensor(f"blk.{layer}.attn_q.weight.lora_a", noise.standard_normal((2, width)).astype(np.float32))
        writer.add_tensor(f"blk.{layer}.attn_q.weight.lora_b", noise.standard_normal((width, 2)).astype(np.float32))
    _write(writer)
    return file


@pytest.fixture(scope="module")
def control_vector(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    noise, width = np.random.default_rng(8), _width(tiny_model)
    writer = GGUFWriter(file := tmp_path_factory.mktemp("vector") / "cheer.gguf", "controlvector")
    for layer in range(5, 20):
        writer.add_tensor(f"direction.{layer}", noise.standard_normal(width).astype(np.float32))
    _write(writer)
    return file


def _write(writer: GGUFWriter) -> None:
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


@pytest.fixture
async def model(tiny_model: Path) -> AsyncIterator[LlamaClient]:
    async with open_llama(tiny_model, context_tokens=512) as llama:
        yield llama


async def _answer(model: LlamaClient, adapter: Path | str = "") -> str:
    chat = (Message("system", "You are Mika, an old friend."), Message("user", "Tell me of your day."))
    request = Completion(messages=chat, max_tokens=24, temperature=0.0, seed=1, adapter=str(adapter))
    return "".join([piece async for piece in model.stream(request)])


async def test_each_speaks_with_its_adapter_and_who_has_none_is_not_touched(
    model: LlamaClient, lora: Path, control_vector: Path
) -> None:
    plain = await _answer(model)
    adapted, steered = await _answer(model, lora), await _answer(model, control_vector)
    assert len({plain, adapted, steered}) == 3
    worn: list[Path | str] = ["", lora, control_vector, "", lora, control_vector, ""]
    together = await asyncio.gather(*(_answer(model, adapter) for adapter in worn))
    assert list(together) == [plain, adapted, steered, plain, adapted, steered, plain]


async def test_an_adapter_that_cannot_be_used_is_refused(model: LlamaClient, tiny_model: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF" + bytes(100))
    with pytest.raises(ModelFailed, match=r"none\.gguf is not there"):
        await _answer(model, tmp_path / "none.gguf")
    for file in (broken, tiny_model):
        with pytest.raises(ModelFailed, match="is not one for this model"):
            await _answer(model, file)
    assert await _answer(model)
