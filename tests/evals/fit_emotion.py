"""``python -m tests.evals.fit_emotion TRAIN DEV OUT [--epochs 3]``: make ``bot/edges/emotion/emotion_head.npz``.

TRAIN and DEV are GoEmotions with its 28 labels (Google, Apache-2.0) as JSON lines of ``{"id", "text", "labels"}``. The first eight
layers of the embedding model stay as they are; their output for each text is computed once, by the int8 model that will be used.
The last four and a linear head learn on top of it (one core: about an hour), are averaged over the last steps, made int8 again and
written to OUT with a threshold for each label that is best on DEV, folded into the bias.
"""

import argparse
import asyncio
import copy
import json
import logging
import math
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime
import torch
from onnx import numpy_helper
from onnx.utils import Extractor
from tokenizers import Tokenizer
from torch import nn
from torch.nn import functional

from bot.config import load
from bot.edges.emotion import LONGEST
from bot.edges.emotion.graph import DENSE, HEADS, LAYERS, WIDTH, after, compact
from bot.mind.belief import EKMAN, LABELS
from bot.wiring import catalogue_of

log = logging.getLogger(__name__)

Floats = npt.NDArray[np.float32]
FIRST = 8
_BATCH, _RATE, _HEAD_RATE = 32, 1.5e-4, 1e-3
_COARSE_WEIGHT = 0.5
_NORMS = {"norm1": "attention.output.LayerNorm", "norm2": "output.LayerNorm"}


class Graph:
    """The int8 model's tensors by what they are."""

    def __init__(self, file: Path) -> None:
        self.model = onnx.load(str(file))
        self._tensors = {tensor.name: tensor for tensor in self.model.graph.initializer}
        self._nodes = {node.name: node for node in self.model.graph.node}

    def stem(self, layer: int, part: str) -> str:
        """The name that a matrix and its scale and zero point have in common."""
        name: str = self._nodes[f"/encoder/layer.{layer}/{DENSE[part]}/MatMul_quant"].input[1]
        return name.removesuffix("_quantized")

    def tensor(self, name: str) -> Floats:
        return np.array(numpy_helper.to_array(self._tensors[name]), dtype=np.float32)

    def replace(self, weights: Mapping[str, npt.NDArray[np.generic]]) -> None:
        """Take the layers of a file that ``export`` wrote."""
        for name in (name for name in weights if name.startswith("tensor.")):
            own = self._tensors[name.removeprefix("tensor.")]
            kind = numpy_helper.to_array(own)
            own.CopyFrom(numpy_helper.from_array(weights[name].astype(kind.dtype).reshape(kind.shape), own.name))

    def dense(self, layer: int, part: str) -> tuple[Floats, Floats]:
        """Matrix (in, out) and bias."""
        stem = self.stem(layer, part)
        matrix = (self.tensor(f"{stem}_quantized") - self.tensor(f"{stem}_zero_point")) * self.tensor(f"{stem}_scale")
        return matrix, self.tensor(bias_name(layer, part))

    def taps(self, texts: list[str], tokenizer: Tokenizer) -> list[npt.NDArray[np.float16]]:
        """What the first layers make of each text, alone as it will be: shape (tokens, width)."""
        tap = after(FIRST - 1)
        model = compact(self.model, {})
        model.graph.output.append(onnx.helper.make_tensor_value_info(tap, onnx.TensorProto.FLOAT, [1, "tokens", WIDTH]))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        session = onnxruntime.InferenceSession(Extractor(model).extract_model(["ids"], [tap]).SerializeToString(), options)
        return [session.run(None, {"ids": np.array([tokenizer.encode(text).ids])})[0][0].astype(np.float16) for text in texts]


def bias_name(layer: int, part: str) -> str:
    return f"encoder.layer.{layer}.{DENSE[part].replace('/', '.')}.bias"


class Layer(nn.Module):
    """One layer of BERT, begun with the model's own weights."""

    def __init__(self, graph: Graph, number: int) -> None:
        super().__init__()
        self.number = number
        self.dense = nn.ModuleDict({part: _linear(*graph.dense(number, part)) for part in DENSE})
        self.norms = nn.ModuleDict({part: nn.LayerNorm(WIDTH, eps=1e-12) for part in _NORMS})
        for part, name in _NORMS.items():
            for kind in ("weight", "bias"):
                getattr(self.norms[part], kind).data = torch.from_numpy(graph.tensor(f"encoder.layer.{number}.{name}.{kind}"))

    def forward(self, hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        texts, tokens, _ = hidden.shape
        query, key, value = (self.dense[part](hidden).view(texts, tokens, HEADS, -1).transpose(1, 2) for part in ("query", "key", "value"))
        seen = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask[:, None, None, :])
        seen = self.dense["out"](seen.transpose(1, 2).reshape(texts, tokens, WIDTH))
        hidden = self.norms["norm1"](hidden + functional.dropout(seen, 0.1, self.training))
        changed = self.dense["narrow"](functional.gelu(self.dense["wide"](hidden)))
        out: torch.Tensor = self.norms["norm2"](hidden + functional.dropout(changed, 0.1, self.training))
        return out


def _linear(matrix: Floats, bias: Floats) -> nn.Linear:
    linear = nn.Linear(*matrix.shape)
    linear.weight.data, linear.bias.data = torch.from_numpy(matrix.T.copy()), torch.from_numpy(bias.copy())
    return linear


class Reader(nn.Module):
    """The last layers, the first token beside the mean of all, and a score for each label of both levels."""

    def __init__(self, graph: Graph) -> None:
        super().__init__()
        self.layers = nn.ModuleList(Layer(graph, number) for number in range(FIRST, LAYERS))
        self.head = nn.Linear(2 * WIDTH, len(LABELS) + len(EKMAN))
        nn.init.normal_(self.head.weight, std=0.02)
        nn.init.zeros_(self.head.bias)

    def forward(self, hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        scores: torch.Tensor = self.head(functional.dropout(pooled(self.hidden(hidden, mask), mask), 0.15, self.training))
        return scores

    def hidden(self, hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """What the layers make of the tokens of each text: shape (texts, tokens, WIDTH)."""
        for layer in self.layers:
            hidden = layer(hidden, mask)
        return hidden

    def begin_with(self, weights: Mapping[str, npt.NDArray[np.generic]]) -> None:
        """Take the head of a file that ``export`` wrote."""
        self.head.weight.data = torch.from_numpy(weights["head.matrix"].astype(np.float32).T.copy())
        self.head.bias.data = torch.from_numpy(weights["head.bias"].astype(np.float32))


def pooled(hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """What the head sees of each text: shape (texts, 2 * WIDTH)."""
    kept = mask[..., None].to(hidden.dtype)
    return torch.cat([hidden[:, 0], (hidden * kept).sum(1) / kept.sum(1)], 1)


def targets(labels: list[list[str]]) -> Floats:
    """1 where a label holds: the 28 first, then Ekman's 7 that follow from them."""
    rows = [[float(name in held) for name in LABELS] + [float(bool(set(names) & set(held))) for names in EKMAN.values()] for held in labels]
    return np.array(rows, dtype=np.float32)


def batch(taps: list[npt.NDArray[np.float16]], numbers: npt.NDArray[np.int64]) -> tuple[torch.Tensor, torch.Tensor]:
    longest = max(len(taps[i]) for i in numbers)
    hidden = torch.zeros(len(numbers), longest, WIDTH)
    mask = torch.zeros(len(numbers), longest, dtype=torch.bool)
    for row, i in enumerate(numbers):
        hidden[row, : len(taps[i])] = torch.from_numpy(taps[i].astype(np.float32))
        mask[row, : len(taps[i])] = True
    return hidden, mask


def train(reader: Reader, taps: list[npt.NDArray[np.float16]], gold: Floats, epochs: int, seed: int = 5) -> Reader:
    """The average of the last steps."""
    torch.manual_seed(seed)
    order = np.random.default_rng(seed)
    lengths = np.array([len(tap) for tap in taps])
    rare = torch.from_numpy(np.clip((len(gold) / np.maximum(gold.sum(0), 1)) ** 0.35, 1, 6).astype(np.float32))
    body = [p for name, p in reader.named_parameters() if not name.startswith("head")]
    adam = torch.optim.AdamW([{"params": body, "lr": _RATE}, {"params": reader.head.parameters(), "lr": _HEAD_RATE}], weight_decay=0.02)
    steps, step = epochs * math.ceil(len(taps) / _BATCH), 0
    warm = max(1, steps // 16)
    pace = torch.optim.lr_scheduler.LambdaLR(adam, lambda s: min((s + 1) / warm, max(0.0, (steps - s) / (steps - warm))))
    average = copy.deepcopy(reader)
    reader.train()
    for _ in range(epochs):
        for numbers in _batches(lengths, order):
            with torch.autocast("cpu", torch.bfloat16):
                scores = reader(*batch(taps, numbers))
            each = functional.binary_cross_entropy_with_logits(
                scores.float(), torch.from_numpy(gold[numbers]), pos_weight=rare, reduction="none"
            )
            loss = each[:, : len(LABELS)].mean() + _COARSE_WEIGHT * each[:, len(LABELS) :].mean()
            adam.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]  # torch's own
            nn.utils.clip_grad_norm_(reader.parameters(), 1.0)
            adam.step()
            pace.step()
            step += 1
            averaged(average, reader, min(0.999, step / (step + 100)))
            if step % 200 == 0:
                log.info("step %d of %d: loss %.4f", step, steps, loss.item())
    return average.eval()


def _batches(lengths: npt.NDArray[np.int64], order: np.random.Generator) -> list[npt.NDArray[np.int64]]:
    """Texts of like length together, in a new order each time."""
    shuffled = order.permutation(len(lengths))
    found = []
    for start in range(0, len(shuffled), _BATCH * 50):
        chunk = shuffled[start : start + _BATCH * 50]
        chunk = chunk[np.argsort(lengths[chunk], kind="stable")]
        found += [chunk[i : i + _BATCH] for i in range(0, len(chunk), _BATCH)]
    return [found[i] for i in order.permutation(len(found))]


def averaged(average: nn.Module, reader: nn.Module, kept: float) -> None:
    """Take the weights of ``reader`` into the running mean, of which ``kept`` stays."""
    with torch.no_grad():
        for mean, now in zip(average.parameters(), reader.parameters(), strict=True):
            mean.lerp_(now, 1 - kept)


def thresholds(scores: Floats, gold: Floats) -> Floats:
    """For each label the score from which naming it gives the best F1."""
    tried = np.linspace(-4, 3, 71)
    found = []
    for label in range(gold.shape[1]):
        held = gold[:, label] > 0
        said = scores[:, label, None] > tried[None]
        f1 = 2 * (said & held[:, None]).sum(0) / np.maximum(said.sum(0) + held.sum(), 1)
        # Neighbours are averaged: the best point alone is luck where a label is rare.
        found.append(tried[np.convolve(f1, np.ones(5) / 5, "same").argmax()])
    return np.array(found, dtype=np.float32)


def export(reader: Reader, graph: Graph, limits: Floats, out: Path, more: Mapping[str, npt.NDArray[np.generic]] = MappingProxyType({})) -> None:
    """Write the tuned tensors under the names that they replace, int8 where the model is; ``more`` as it is."""
    weights: dict[str, npt.NDArray[np.generic]] = {
        **more,
        "head.matrix": reader.head.weight.detach().numpy().T.astype(np.float16),
        "head.bias": (reader.head.bias.detach().numpy() - limits).astype(np.float32),
        "labels.original": np.array(LABELS), "labels.ekman": np.array(list(EKMAN)),
    }
    for layer in reader.layers:
        assert isinstance(layer, Layer)
        for part, linear in layer.dense.items():
            assert isinstance(linear, nn.Linear)
            matrix = linear.weight.detach().numpy().T
            scale = np.abs(matrix).max() / 127
            stem = graph.stem(layer.number, part)
            weights[f"tensor.{stem}_quantized"] = np.round(matrix / scale).astype(np.int8)
            weights[f"tensor.{stem}_scale"] = np.array(scale, dtype=np.float32)
            weights[f"tensor.{stem}_zero_point"] = np.array(0, dtype=np.int8)
            weights[f"tensor.{bias_name(layer.number, part)}"] = linear.bias.detach().numpy().astype(np.float16)
        for part, norm in layer.norms.items():
            for kind in ("weight", "bias"):
                weights[f"tensor.encoder.layer.{layer.number}.{_NORMS[part]}.{kind}"] = getattr(norm, kind).detach().numpy()
    with out.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **weights)


def predict(reader: Reader, taps: list[npt.NDArray[np.float16]]) -> Floats:
    with torch.no_grad():
        return np.concatenate([reader(*batch(taps, np.array([i]))).numpy() for i in range(len(taps))])


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.evals.fit_emotion")
    for name in ("train", "dev", "out"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--epochs", type=int, default=3)
    asked = parser.parse_args()
    logging.basicConfig(level=logging.INFO)
    settings = load(None, {}, None)
    folder = asyncio.run(catalogue_of(settings).pull("bge-small", lambda done, total, what: None))
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(LONGEST)
    rows = {name: [json.loads(line) for line in getattr(asked, name).read_text(encoding="utf-8").splitlines()] for name in ("train", "dev")}
    file = folder / "model_quantized.onnx"
    taps = {name: Graph(file).taps([row["text"] for row in found], tokenizer) for name, found in rows.items()}
    gold = {name: targets([row["labels"] for row in found]) for name, found in rows.items()}
    graph = Graph(file)
    reader = train(Reader(graph), taps["train"], gold["train"], asked.epochs)
    export(reader, graph, thresholds(predict(reader, taps["dev"]), gold["dev"]), asked.out)


if __name__ == "__main__":
    main()
