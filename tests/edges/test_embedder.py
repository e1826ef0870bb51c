"""The local embedder: its prefix, its faults, and what it does not import."""

import asyncio
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

from bot.edges.embedder import LocalEmbedder
from bot.errors import ModelDamaged, ModelFailed, ModelMissing

_PREFIX = "Represent this sentence for searching relevant passages: "


async def test_a_query_gets_the_prefix_of_the_model(bge_folder: Path) -> None:
    embedder = LocalEmbedder(bge_folder)
    await embedder.warm()
    (query,) = await embedder.embed(["the sea"], query=True)
    (spelled,) = await embedder.embed([_PREFIX + "the sea"])
    assert np.array_equal(query, spelled)
    await embedder.aclose()


async def test_the_name_tells_models_apart(bge_folder: Path) -> None:
    assert LocalEmbedder(bge_folder).name == bge_folder.name
    assert LocalEmbedder(bge_folder, name="mine").name == "mine"


async def test_a_missing_folder_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="oldfriend models pull"):
        await LocalEmbedder(tmp_path / "none").warm()


async def test_a_broken_file_is_damaged(bge_folder: Path, tmp_path: Path) -> None:
    shutil.copytree(bge_folder, broken := tmp_path / "broken")
    (broken / "model_quantized.onnx").write_bytes(b"no model")
    with pytest.raises(ModelDamaged, match="broken"):
        await LocalEmbedder(broken).embed(["the sea"])


async def test_closed_is_closed(bge_folder: Path) -> None:
    embedder = LocalEmbedder(bge_folder)
    await embedder.aclose()
    with pytest.raises(ModelFailed, match="closed"):
        await embedder.embed(["the sea"])


async def test_importing_the_edge_does_not_import_torch(tmp_path: Path) -> None:
    program = "import sys, bot.edges.embedder; sys.exit(any(m in sys.modules for m in ('torch', 'transformers', 'onnxruntime')))"
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", program)
    assert await child.wait() == 0
