"""The Embedder port on sentence-transformers folders, in threads of its own."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from bot.edges.embedder.onnx_sentences import OnnxSentences
from bot.errors import ModelDamaged, ModelError, ModelFailed, ModelMissing
from bot.ports import Vectors

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_BATCH = 32  # texts at once, through torch
_THREADS = 2
"""A question or a remark does not wait for what is remembered in the background, and the two texts of a remark are read side by side."""

_Result = TypeVar("_Result")


class LocalEmbedder:
    """Sentence vectors from a sentence-transformers folder: straight from its ONNX file when it has a usual one, else as that library reads it.

    Nothing is imported or loaded until ``warm`` or the first ``embed``: that takes a while, and nobody should wait
    for it who only wants to see that the companion starts. The folder's own "query" prompt is the query prefix.
    """

    def __init__(self, folder: Path, *, name: str = "") -> None:
        self._folder = folder
        self._name = name or folder.name
        self._threads = ThreadPoolExecutor(max_workers=_THREADS, thread_name_prefix="embedder")
        self._model: OnnxSentences | SentenceTransformer | None = None
        self._lock = Lock()
        self._closed = False

    @property
    def name(self) -> str:
        """See ``Embedder.name``: the folder's name unless another one was given."""
        return self._name

    async def warm(self) -> None:
        """Load now. Raises ModelMissing or ModelDamaged."""
        await self._run(self._loaded)

    async def embed(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        """See ``Embedder.embed``. Texts beyond what the model reads (512 tokens for bge-small) are cut."""
        return await self._run(self._encode, list(texts), query)

    async def aclose(self) -> None:
        """Let what is running finish; what is waiting is dropped, and later calls raise ModelFailed."""
        self._closed = True
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _run(self, work: Callable[..., _Result], *arguments: object) -> _Result:
        if self._closed:
            raise ModelFailed("The embedder was closed.")
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, *arguments)

    def _encode(self, texts: list[str], query: bool) -> Vectors:
        model = self._loaded()
        if isinstance(model, OnnxSentences):
            # An int8 model scales its numbers to all texts of a batch: alone, a text has the same vector each time
            # (0.985 cosine to itself otherwise).
            made = [model.encode(text, query=query) for text in texts]
            return np.stack(made) if made else np.empty((0, model.width), dtype=np.float32)
        if not texts:
            return np.empty((0, model.get_embedding_dimension() or 0), dtype=np.float32)
        prompt = model.prompts.get("query", "") if query else ""
        batch = 1 if model.get_backend() == "onnx" else _BATCH
        with self._lock:
            vectors = model.encode(texts, prompt=prompt, batch_size=batch, normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vectors, dtype=np.float32)

    def _loaded(self) -> "OnnxSentences | SentenceTransformer":
        with self._lock:
            if self._model is None:
                self._model = self._load()
        return self._model

    def _load(self) -> "OnnxSentences | SentenceTransformer":
        if not (self._folder / "modules.json").exists():
            raise ModelMissing(f"There is no embedding model in {self._folder}. `oldfriend models pull` fetches one.")
        try:
            return OnnxSentences.load(self._folder) or _load(self._folder)
        except ModelError:
            raise
        except Exception as fault:  # noqa: BLE001 - four libraries below raise what they like for a broken file
            raise ModelDamaged(f"The embedding model in {self._folder} cannot be loaded: {fault}") from fault


def _load(folder: Path) -> "SentenceTransformer":
    from sentence_transformers import SentenceTransformer

    onnx = next(iter(sorted(folder.glob("*.onnx"))), None)
    model: SentenceTransformer
    if onnx is None:
        model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
        return model
    import onnxruntime

    options = onnxruntime.SessionOptions()
    # Threads that spin while they wait would take the cores from the language model.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    how = {"file_name": onnx.name, "provider": "CPUExecutionProvider", "session_options": options}
    model = SentenceTransformer(str(folder), backend="onnx", device="cpu", local_files_only=True, model_kwargs=how)
    return model
