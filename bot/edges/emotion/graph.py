"""The tuned bge-small, written down anew for one text at a time: the same layers in a third of the operations.

The file of the embedding model is made for batches of padded texts on any machine: masks, shapes worked out anew in each layer, and products of
attention in int8, which cost more to convert than they save at this length. Here a text comes alone, so nothing is masked; the three
projections of attention are one product, and attention is one operation of onnxruntime (``com.microsoft``). The matrices stay int8 as they are. About a
third less time for a message of 30 tokens.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from onnx import ModelProto, NodeProto

LAYERS, WIDTH, HEADS = 12, 384, 12
HIDDEN = "hidden"
"""The output: shape (1, tokens, width)."""

DENSE = {
    "query": "attention/self/query", "key": "attention/self/key", "value": "attention/self/value", "out": "attention/output/dense",
    "wide": "intermediate/dense", "narrow": "output/dense",
}
_MICROSOFT = "com.microsoft"
_EPSILON = 1e-12
_Array = npt.NDArray[np.generic]


def after(layer: int) -> str:
    """The name of what ``layer`` makes of a text."""
    return HIDDEN if layer == LAYERS - 1 else f"after.{layer}"


def compact(model: "ModelProto", tuned: Mapping[str, _Array]) -> "ModelProto":
    """The network of ``model``, of whose tensors those are replaced that ``tuned`` has (as "tensor.NAME"). Its input is ``ids`` alone, shape (1, tokens).

    Raises KeyError when it is another model.
    """
    return _Writer(model, tuned).written()


class _Writer:
    def __init__(self, model: "ModelProto", tuned: Mapping[str, _Array]) -> None:
        from onnx import numpy_helper

        self._old = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
        for name in (name for name in tuned if name.startswith("tensor.")):
            own = self._old[name.removeprefix("tensor.")]
            self._old[name.removeprefix("tensor.")] = np.asarray(tuned[name]).astype(own.dtype).reshape(own.shape)
        self._quantized = {node.name: node.input[1].removesuffix("_quantized") for node in model.graph.node if node.op_type == "MatMulInteger"}
        self._new: dict[str, _Array] = {}
        self._nodes: list[NodeProto] = []

    def written(self) -> "ModelProto":
        from onnx import TensorProto, checker, helper, numpy_helper

        hidden = self._embeddings()
        for layer in range(LAYERS):
            hidden = self._layer(hidden, layer)
        graph = helper.make_graph(
            self._nodes, "reader", [helper.make_tensor_value_info("ids", TensorProto.INT64, [1, "tokens"])],
            [helper.make_tensor_value_info(HIDDEN, TensorProto.FLOAT, [1, "tokens", WIDTH])],
            [numpy_helper.from_array(array, name) for name, array in self._new.items()],
        )
        made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18), helper.make_opsetid(_MICROSOFT, 1)], ir_version=8)
        checker.check_model(made)
        return made

    def _embeddings(self) -> str:
        words = [self._constant(f"embeddings.word_embeddings.weight_{part}") for part in ("quantized", "scale", "zero_point")]
        # Every token is of the first text (type 0): that row goes to the places.
        self._new["places"] = self._table("position") + self._table("token_type")[0]
        self._new["nought"] = np.zeros(1, dtype=np.int64)
        self._node("Gather", [words[0], "ids"], "words.quantized")
        self._node("DequantizeLinear", ["words.quantized", *words[1:]], "words")
        self._node("Shape", ["ids"], "length", start=1)
        self._node("Slice", ["places", "nought", "length", "nought"], "placed")
        self._node("Add", ["words", "placed"], "embedded")
        return self._norm("embedded", "embeddings.LayerNorm", "before")

    def _layer(self, hidden: str, layer: int) -> str:
        name = f"{layer}."
        self._new[f"{name}thirds"] = np.full(3, WIDTH, dtype=np.int64)
        self._dense(hidden, layer, ("query", "key", "value"), f"{name}projected")
        self._node("Split", [f"{name}projected", f"{name}thirds"], f"{name}query", f"{name}key", f"{name}value", axis=-1)
        self._node("MultiHeadAttention", [f"{name}query", f"{name}key", f"{name}value"], f"{name}seen", domain=_MICROSOFT, num_heads=HEADS)
        self._dense(f"{name}seen", layer, ("out",), f"{name}out")
        between = self._norm(self._sum(f"{name}out", hidden), f"encoder.layer.{layer}.attention.output.LayerNorm", f"{name}between")
        self._dense(between, layer, ("wide",), f"{name}wide")
        self._node("Gelu", [f"{name}wide"], f"{name}bent", domain=_MICROSOFT)
        self._dense(f"{name}bent", layer, ("narrow",), f"{name}narrow")
        return self._norm(self._sum(f"{name}narrow", between), f"encoder.layer.{layer}.output.LayerNorm", after(layer))

    def _dense(self, given: str, layer: int, parts: tuple[str, ...], made: str) -> None:
        """One product for several matrices side by side, each with its own scale."""
        stems = [self._quantized[f"/encoder/layer.{layer}/{DENSE[part]}/MatMul_quant"] for part in parts]
        matrices = [self._old[f"{stem}_quantized"] for stem in stems]
        if any(matrix.dtype != np.int8 or self._old[f"{stem}_zero_point"] for matrix, stem in zip(matrices, stems, strict=True)):
            raise KeyError(f"{made}: the matrices are not int8 around nought")
        self._new[f"{made}.matrix"] = np.concatenate(matrices, axis=1)
        self._new[f"{made}.scale"] = np.concatenate([np.full(matrix.shape[1], self._old[f"{stem}_scale"], dtype=np.float32) for matrix, stem in zip(matrices, stems, strict=True)])
        self._new[f"{made}.bias"] = np.concatenate([self._old[f"encoder.layer.{layer}.{DENSE[part].replace('/', '.')}.bias"] for part in parts])
        self._node("DynamicQuantizeMatMul", [given, f"{made}.matrix", f"{made}.scale", "", f"{made}.bias"], made, domain=_MICROSOFT)

    def _sum(self, made: str, before: str) -> str:
        self._node("Add", [made, before], f"{made}.sum")
        return f"{made}.sum"

    def _norm(self, given: str, weights: str, made: str) -> str:
        self._node("LayerNormalization", [given, self._constant(f"{weights}.weight"), self._constant(f"{weights}.bias")], made, epsilon=_EPSILON)
        return made

    def _table(self, what: str) -> npt.NDArray[np.float32]:
        whole, scale, zero = (self._old[f"embeddings.{what}_embeddings.weight_{part}"] for part in ("quantized", "scale", "zero_point"))
        table: npt.NDArray[np.float32] = (whole.astype(np.float32) - zero.astype(np.float32)) * scale.astype(np.float32)
        return table

    def _constant(self, name: str) -> str:
        self._new[name] = self._old[name]
        return name

    def _node(self, kind: str, given: list[str], *made: str, domain: str = "", **settings: Any) -> None:
        from onnx import helper

        self._nodes.append(helper.make_node(kind, given, list(made), domain=domain, **settings))
