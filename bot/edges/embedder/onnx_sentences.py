"""Sentence vectors straight from onnxruntime: what sentence-transformers does with such a folder, without torch.

That takes 1 to 2 ms less for each text, and some seconds and 300 MB less at the start. Folders that want something else than the usual are left to
sentence-transformers.
"""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from bot.ports import Vectors

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

_STEPS = ("Transformer", "Pooling", "Normalize")
_LONGEST = 512
"""Tokens, where the folder names no limit."""


class OnnxSentences:
    """A model of one ONNX file. Safe to call from several threads."""

    def __init__(self, session: "InferenceSession", tokenizer: "Tokenizer", prompt: str) -> None:
        self._session = session
        self._tokenizer = tokenizer
        self._prompt = prompt
        self._inputs = {each.name for each in session.get_inputs()}
        self.width: int = session.get_outputs()[0].shape[-1]

    @classmethod
    def load(cls, folder: Path) -> "OnnxSentences | None":
        """None when it is no such folder: no ONNX file, or one whose vectors are not made of the first token. Raises whatever the libraries
        do for a broken file."""
        file = next(iter(sorted(folder.glob("*.onnx"))), None)
        if file is None or not (folder / "tokenizer.json").exists() or not _is_plain(folder):
            return None
        import onnxruntime
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        tokenizer.no_padding()
        tokenizer.enable_truncation(int(_read(folder / "sentence_bert_config.json").get("max_seq_length") or _LONGEST))
        options = onnxruntime.SessionOptions()
        # More threads gain little with texts this short, and those that spin while they wait take the cores from the language model.
        options.intra_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        session = onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
        prompts = _read(folder / "config_sentence_transformers.json").get("prompts") or {}
        return cls(session, tokenizer, str(prompts.get("query", "")))

    def encode(self, text: str, *, query: bool) -> Vectors:
        """Shape (width,), unit length."""
        ids = np.array([self._tokenizer.encode(f"{self._prompt}{text}" if query else text).ids], dtype=np.int64)
        given = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        hidden: Vectors = self._session.run(None, {name: given[name] for name in self._inputs})[0]
        first = hidden[0, 0]
        return np.asarray(first / max(float(np.linalg.norm(first)), 1e-12), dtype=np.float32)


def _is_plain(folder: Path) -> bool:
    """Whether its steps are a transformer, the vector of the first token, and length 1."""
    steps = _read(folder / "modules.json")
    kinds = tuple(str(step.get("type", "")).rpartition(".")[2] for step in steps) if isinstance(steps, list) else ()
    if kinds != _STEPS:
        return False
    pooling = _read(folder / str(steps[1].get("path", "")) / "config.json")
    ways = {name for name, on in pooling.items() if name.startswith("pooling_mode_") and on is True}
    return ways == {"pooling_mode_cls_token"}


def _read(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
