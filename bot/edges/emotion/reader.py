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
"""Tokens that are read at once. The feeling of a longer message is in its beginning; danger is looked for in all of it, window by window."""

_OVERLAP = 16
"""Tokens that a window has in common with the one before: what is said across an edge stands whole in one of them."""

_WINDOWS = 6
"""Read of one message, about what fits a message of Discord; of a longer one the first and the last."""

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
        windows = [self._hidden(ids) for ids in windows_of(self._tokenizer.encode(text).ids)]
        pooled = np.concatenate([windows[0][0], windows[0].mean(axis=0)])
        shares = (1 / (1 + np.exp(-(pooled @ self._matrix + self._bias)))).tolist()
        split = len(self._original)
        return Emotions(
            dict(zip(self._original, shares[:split], strict=True)), dict(zip(self._ekman, shares[split:], strict=True)),
            {} if self._danger is None else max(map(self._danger.shares, windows), key=lambda shares: sum(shares.values())),
        )

    def _hidden(self, ids: list[int]) -> npt.NDArray[np.float32]:
        hidden: npt.NDArray[np.float32] = self._session.run(None, {"ids": np.array([ids], dtype=np.int64)})[0][0]
        return hidden


def windows_of(ids: list[int]) -> list[list[int]]:
    """The tokens of a message in pieces that are read at once, each between the two marks that the first and the last of ``ids`` are."""
    if len(ids) <= LONGEST:
        return [ids]
    room, words = LONGEST - 2, ids[1:-1]
    starts = range(0, len(words) - _OVERLAP, room - _OVERLAP)
    found = [[ids[0], *words[start : start + room], ids[-1]] for start in starts]
    return found if len(found) <= _WINDOWS else found[: _WINDOWS // 2] + found[-_WINDOWS // 2 :]


class _Danger:
    """The head for danger: "none" first, then each kind. It looks at the first token, and at the others as much as they matter to it (attention as
    pooling: Yang et al. 2016): a clause of danger still shows in a message of several sentences."""

    def __init__(self, weights: "np.lib.npyio.NpzFile[np.generic]") -> None:
        self._query = weights["danger.query"].astype(np.float32)
        self._matrix = weights["danger.matrix"].astype(np.float32)
        self._bias = weights["danger.bias"].astype(np.float32)
        self._kinds = [str(label) for label in weights["labels.danger"]]

    def shares(self, hidden: npt.NDArray[np.float32]) -> dict[str, float]:
        scores = np.concatenate([hidden[0], _softmax(hidden @ self._query) @ hidden]) @ self._matrix + self._bias
        return dict(zip(self._kinds[1:], _softmax(scores).tolist()[1:], strict=True))


def _softmax(scores: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    raised = np.exp(scores - scores.max())
    shares: npt.NDArray[np.float32] = raised / raised.sum()
    return shares


def _tokenizer(folder: Path) -> "Tokenizer":
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
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
