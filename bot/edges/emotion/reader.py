"""The EmotionReader port: bge-small with its last layers tuned on GoEmotions, in one pass through onnxruntime (:mod:`bot.edges.emotion.graph`).

``emotion_head.npz`` holds the tuned layers (int8, as the embedding model's own) and a linear head. They replace the layers of
the same place in a copy of the embedding model in memory: the vectors that memories are found by are not touched. The weights
come from ``tests/evals/fit_emotion.py``, trained on GoEmotions (Google, Apache-2.0), and ``tests/evals/fit_crisis.py``, which adds a head
for danger.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from bot.edges.emotion.graph import compact
from bot.errors import ModelDamaged, ModelFailed, ModelMissing
from bot.mind.belief import Emotions

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

HEAD = Path(__file__).with_name("emotion_head.npz")
LONGEST = 96
"""Tokens that are read; the feeling of a longer message is in its beginning and its end."""

_FILE = "model_quantized.onnx"


class LocalEmotionReader:
    """Reads emotions with the model in ``folder``. Nothing is loaded until ``warm`` or the first ``read``."""

    def __init__(self, folder: Path, *, head: Path = HEAD) -> None:
        self._folder = folder
        self._head = head
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="emotion")
        self._network: _Network | None = None
        self._closed = False

    @staticmethod
    def fits(folder: Path) -> bool:
        """Whether the tuned layers belong to the embedding model in this folder: they were made for bge-small's int8 file."""
        return (folder / _FILE).exists() and folder.name.startswith("bge-small-en-v1.5")

    async def warm(self) -> None:
        """Load now. Raises ModelMissing or ModelDamaged."""
        await self._run("")

    async def read(self, text: str) -> Emotions:
        """See ``EmotionReader.read``."""
        return await self._run(text)

    async def aclose(self) -> None:
        """What is waiting is dropped; later calls raise ModelFailed."""
        self._closed = True
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _run(self, text: str) -> Emotions:
        if self._closed:
            raise ModelFailed("The emotion reader was closed.")
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._read, text)

    def _read(self, text: str) -> Emotions:
        if self._network is None:
            self._network = _Network(self._folder, self._head)
        return self._network.read(text)


class _Network:
    def __init__(self, folder: Path, head: Path) -> None:
        if not (folder / _FILE).exists():
            raise ModelMissing(f"There is no embedding model in {folder}. `oldfriend models pull` fetches one.")
        try:
            with np.load(head, allow_pickle=False) as weights:
                self._session = _tuned(folder / _FILE, weights)
                self._matrix = weights["head.matrix"].astype(np.float32)
                self._bias = weights["head.bias"].astype(np.float32)
                self._original = [str(label) for label in weights["labels.original"]]
                self._ekman = [str(label) for label in weights["labels.ekman"]]
                # fit_emotion writes a file without a head for danger; fit_crisis adds it.
                self._danger = _Danger(weights) if "danger.matrix" in weights else None
            self._tokenizer = _tokenizer(folder)
        except Exception as fault:  # noqa: BLE001 - three libraries below raise what they like for a broken file
            raise ModelDamaged(f"The emotion reader cannot be made from {folder} and {head.name}: {fault}") from fault

    def read(self, text: str) -> Emotions:
        ids = np.array([self._tokenizer.encode(text).ids], dtype=np.int64)
        hidden: npt.NDArray[np.float32] = self._session.run(None, {"ids": ids})[0][0]
        pooled = np.concatenate([hidden[0], hidden.mean(axis=0)])
        shares = (1 / (1 + np.exp(-(pooled @ self._matrix + self._bias)))).tolist()
        split = len(self._original)
        return Emotions(
            dict(zip(self._original, shares[:split], strict=True)), dict(zip(self._ekman, shares[split:], strict=True)),
            {} if self._danger is None else self._danger.shares(pooled),
        )


class _Danger:
    """The head for danger: "none" first, then each kind."""

    def __init__(self, weights: "np.lib.npyio.NpzFile[np.generic]") -> None:
        self._matrix = weights["danger.matrix"].astype(np.float32)
        self._bias = weights["danger.bias"].astype(np.float32)
        self._kinds = [str(label) for label in weights["labels.danger"]]

    def shares(self, pooled: npt.NDArray[np.float32]) -> dict[str, float]:
        scores = pooled @ self._matrix + self._bias
        odds = np.exp(scores - scores.max())
        return dict(zip(self._kinds[1:], (odds / odds.sum()).tolist()[1:], strict=True))


def _tokenizer(folder: Path) -> "Tokenizer":
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(LONGEST)
    return tokenizer


def _tuned(file: Path, weights: "np.lib.npyio.NpzFile[np.generic]") -> "InferenceSession":
    """The model of ``file`` with the tensors that ``weights`` names in place of its own."""
    import onnx
    import onnxruntime

    options = onnxruntime.SessionOptions()
    # Threads that spin while they wait would take the cores from the language model.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.intra_op_num_threads = 1
    model = compact(onnx.load(str(file)), weights).SerializeToString()
    # That fusion is several times slower than the two operations that it joins.
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"], disabled_optimizers=["SkipLayerNormFusion"])
