"""The network written down anew: the same numbers, but for rounding."""

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from tokenizers import Tokenizer

from bot.edges.emotion.graph import WIDTH, compact


@pytest.mark.model
def test_it_says_the_same_as_the_file(bge_folder: Path) -> None:
    file = bge_folder / "model_quantized.onnx"
    whole, small = (onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"]) for model in (file.read_bytes(), compact(onnx.load(str(file)), {}).SerializeToString()))
    tokenizer = Tokenizer.from_file(str(bge_folder / "tokenizer.json"))
    tokenizer.no_padding()
    for text in ("hello", "I'm scared of the surgery tomorrow, and nobody will be there when I wake up.", "word " * 90):
        ids = np.array([tokenizer.encode(text).ids])
        (there,) = whole.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)})
        (here,) = small.run(None, {"ids": ids})
        assert here.shape == there.shape == (1, ids.shape[1], WIDTH)
        # Products of attention are not rounded to int8 here.
        assert float((here * there).sum() / np.linalg.norm(here) / np.linalg.norm(there)) > 0.97, text


def test_another_model_is_refused() -> None:
    other = onnx.helper.make_model(onnx.helper.make_graph([], "empty", [], []))
    with pytest.raises(KeyError):
        compact(other, {})
