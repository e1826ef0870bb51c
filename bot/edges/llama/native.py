"""llama.cpp through its C interface: one model, one context, in the types of Python.

Only the worker process imports this.
"""

import ctypes
import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import llama_cpp.llama_cpp as c
import numpy as np
import numpy.typing as npt

CHUNK = 128  # tokens evaluated at once: as fast as more on a CPU, and the wait for a cancel stays under a second
_WARNING, _ERROR = 2, 3


class Unusable(Exception):
    """The model file cannot be loaded."""


class Native:
    """A loaded model with a context of ``cells`` tokens shared by ``slots`` sequences.

    Not thread-safe but for ``tokenize``, which only reads the vocabulary.
    """

    def __init__(
        self, path: Path, *, cells: int, slots: int, threads: int, progress: Callable[[float], None], log: Callable[[str], None]
    ) -> None:
        # Both callbacks must stay referenced: llama.cpp keeps the bare pointers and crashes once Python frees them.
        self._on_log = c.llama_log_callback(lambda level, text, _: self._log(log, level, text))
        self._on_progress = c.llama_progress_callback(lambda part, _: self._go_on(progress, part))
        c.llama_log_set(self._on_log, ctypes.c_void_p(0))
        c.llama_backend_init()
        params = c.llama_model_default_params()
        params.n_gpu_layers = 0
        params.progress_callback = self._on_progress
        model = c.llama_model_load_from_file(str(path).encode(), params)
        if model is None:
            raise Unusable("llama.cpp cannot read it")
        self._model = model
        vocab = c.llama_model_get_vocab(model)
        assert vocab is not None, "a loaded model has a vocabulary"
        self.vocab = vocab
        self.vocab_size = c.llama_vocab_n_tokens(vocab)
        self.trained_context = c.llama_model_n_ctx_train(model)
        # Recurrent models (in part) keep one state per sequence: it cannot be cut back nor shared up to some token.
        self.can_cut = not (c.llama_model_is_recurrent(model) or c.llama_model_is_hybrid(model))
        self.context = self._new_context(cells, slots, threads)
        memory = c.llama_get_memory(self.context)
        if memory is None:
            raise Unusable("it is not a model that generates text")
        self._memory = memory
        self._batch = c.llama_batch_init(CHUNK, 0, 1)

    def _new_context(self, cells: int, slots: int, threads: int) -> Any:
        params = c.llama_context_default_params()
        params.n_ctx = cells
        params.n_batch = params.n_ubatch = CHUNK
        params.n_seq_max = slots
        params.kv_unified = True
        params.n_threads_batch = threads
        # Drawing tokens waits for memory more than for cores, and the threads wait for each other after every layer:
        # with a thread on every core, one other busy program makes it many times slower (39 -> 2 tokens/s on 2 cores;
        # one thread less gives 28 in both cases). The core left over is also where the companion itself runs.
        params.n_threads = max(1, threads - 1)
        params.no_perf = True
        context = c.llama_init_from_model(self._model, params)
        if context is None:
            raise Unusable(f"there is not enough memory for a context of {cells} tokens")
        return context

    @staticmethod
    def _go_on(progress: Callable[[float], None], part: float) -> bool:
        progress(part)
        return True

    @staticmethod
    def _log(log: Callable[[str], None], level: int, text: bytes) -> None:
        if level in (_WARNING, _ERROR):
            log(text.decode(errors="replace"))

    # -- the model

    def meta(self, key: str) -> str:
        """A value of the file's metadata as text; empty when it is not there."""
        size = 256
        while True:
            buffer = ctypes.create_string_buffer(size)
            length = c.llama_model_meta_val_str(self._model, key.encode(), buffer, size)
            if length < size:
                return buffer.value.decode(errors="replace") if length >= 0 else ""
            size = length + 1

    def tokenize(self, text: str, *, special: bool, bos: bool = False) -> list[int]:
        """Tokens of a text. With ``special`` the names of control tokens in it become these tokens."""
        raw = text.encode(errors="ignore")  # a lone surrogate is no text
        room = len(raw) + 2
        tokens = (c.llama_token * room)()
        return list(tokens[: c.llama_tokenize(self.vocab, raw, len(raw), tokens, room, bos, special)])

    def piece(self, token: int, *, special: bool = False) -> bytes:
        """The bytes of a token; none for a control token unless ``special``."""
        size = 64
        while True:
            buffer = ctypes.create_string_buffer(size)
            length = c.llama_token_to_piece(self.vocab, token, buffer, size, 0, special)
            if length >= 0:
                return buffer.raw[:length]
            size = -length

    def ends(self, token: int) -> bool:
        """Does this token end an answer?"""
        return bool(c.llama_vocab_is_eog(self.vocab, token))

    def control_words(self) -> list[str]:
        """The texts of all control tokens, such as ``<|im_end|>``."""
        return [
            self.piece(token, special=True).decode(errors="ignore")
            for token in range(self.vocab_size)
            if c.llama_vocab_is_control(self.vocab, token)
        ]

    # -- the context

    def decode(self, sequence: int, tokens: Sequence[int], start: int, *, all_logits: bool = False) -> None:
        """Evaluate up to CHUNK tokens at position ``start`` of a sequence; the last one's logits are kept, or all."""
        batch = self._batch
        batch.n_tokens = len(tokens)
        for i, token in enumerate(tokens):
            batch.token[i] = token
            batch.pos[i] = start + i
            batch.seq_id[i][0] = sequence
            batch.n_seq_id[i] = 1
            batch.logits[i] = all_logits
        batch.logits[len(tokens) - 1] = True
        code = c.llama_decode(self.context, batch)
        if code != 0:
            raise RuntimeError(f"llama_decode gave {code}")

    def logits(self, index: int = -1) -> npt.NDArray[np.float32]:
        """Logits after the ``index``-th token of the last evaluation; a view that the next evaluation overwrites."""
        pointer = c.llama_get_logits_ith(self.context, index)
        return np.ctypeslib.as_array(pointer, shape=(self.vocab_size,))

    def log_probabilities(self, index: int = -1) -> npt.NDArray[np.float64]:
        logits = self.logits(index).astype(np.float64)
        logits -= logits.max()
        return np.asarray(logits - math.log(np.exp(logits).sum()))

    def cut(self, sequence: int, start: int) -> bool:
        """Forget a sequence from position ``start`` on. False, and nothing done, where the model cannot."""
        return bool(c.llama_memory_seq_rm(self._memory, sequence, start, -1))

    def share(self, source: int, target: int, end: int) -> None:
        """Let ``target`` begin with the first ``end`` tokens of ``source``; no cell is copied."""
        c.llama_memory_seq_cp(self._memory, source, target, 0, end)
