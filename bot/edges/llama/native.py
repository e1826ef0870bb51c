"""llama.cpp through its C interface: one model, one context, in the types of Python.

Only the worker process imports this.
"""

import copy
import ctypes
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import llama_cpp.llama_cpp as c
import numpy as np
import numpy.typing as npt

from bot.edges.llama.gpu import ExpertsOnCpu
from bot.edges.llama.pace import Pace
from bot.edges.llama.tuning import Setup

Logits = npt.NDArray[np.float32]
"""Shape (vocabulary,)."""

SEQUENCES = 40
"""Conversations and drafts that the cache can tell apart."""
SCRATCH = 16
"""More sequences, for what is evaluated and thrown away at once: options to choose from."""
_WARNING, _ERROR = 3, 4
"""Of ``ggml_log_level`` in llama.cpp's ggml.h."""


class Unusable(Exception):
    """The model file cannot be loaded."""


class TooLittleMemory(Unusable):
    """It could be, with a smaller context."""


class Row(NamedTuple):
    """One token to evaluate at a position of a sequence, and whether what follows it is wanted."""

    sequence: int
    position: int
    token: int
    logits: bool


class Native:
    """A loaded model with a context of ``setup.cells`` tokens shared by all sequences.

    Not thread-safe but for ``tokenize``, ``piece`` and ``meta``, which only read the model.
    """

    def __init__(self, path: Path, setup: Setup, *, progress: Callable[[float], None], log: Callable[[str], None]) -> None:
        # Both callbacks must stay referenced: llama.cpp keeps the bare pointers and crashes once Python frees them.
        self._on_log = c.llama_log_callback(lambda level, text, _: self._log(log, level, text))
        self._on_progress = c.llama_progress_callback(lambda part, _: self._go_on(progress, part))
        c.llama_log_set(self._on_log, ctypes.c_void_p(0))
        c.llama_backend_init()
        model = self._load(path, setup)
        self.model = model
        vocab = c.llama_model_get_vocab(model)
        assert vocab is not None, "a loaded model has a vocabulary"
        self.vocab = vocab
        self.vocab_size = c.llama_vocab_n_tokens(vocab)
        self.trained_context = c.llama_model_n_ctx_train(model)
        self.architecture = self.meta("general.architecture")
        # Recurrent models (in part) keep one state per sequence: it cannot be cut back nor shared up to some token.
        self.can_cut = not (c.llama_model_is_recurrent(model) or c.llama_model_is_hybrid(model))
        self._chunk = setup.chunk
        self._pace: Pace | None = Pace(setup.threads)
        try:
            self._open(setup, cells=setup.cells, sequences=SEQUENCES + SCRATCH)
        except Unusable:
            c.llama_model_free(model)
            raise

    def _load(self, path: Path, setup: Setup) -> Any:
        params = c.llama_model_default_params()
        params.n_gpu_layers = setup.gpu_layers
        params.load_mode = c.LLAMA_LOAD_MODE_MMAP if setup.mmap else c.LLAMA_LOAD_MODE_NONE
        params.progress_callback = self._on_progress
        if setup.experts_on_cpu:
            self._overrides = ExpertsOnCpu()  # llama.cpp keeps the pointer
            params.tensor_buft_overrides = self._overrides.pointer
        model = c.llama_model_load_from_file(str(path).encode(), params)
        if model is None:
            raise (TooLittleMemory("there is not enough memory for it") if setup.gpu_layers else Unusable("llama.cpp cannot read it"))
        return model

    def _open(self, setup: Setup, *, cells: int, sequences: int) -> None:
        params = c.llama_context_default_params()
        params.n_ctx = cells
        params.n_seq_max = sequences
        params.n_batch = params.n_ubatch = max(setup.chunk, params.n_seq_max)
        params.kv_unified = True
        # Where no pace decides: one less for a row alone, which is hardly ever much slower, and much faster on a busy computer.
        params.n_threads_batch = setup.threads
        params.n_threads = max(1, setup.threads - 1)
        # On a CPU flash attention takes rows one by one, plain attention all at once; it needs the values of the cache in f16.
        plain = not setup.gpu_layers and setup.kv_type != "q8_0"
        params.flash_attn_type = c.LLAMA_FLASH_ATTN_TYPE_DISABLED if plain else c.LLAMA_FLASH_ATTN_TYPE_AUTO
        params.type_k = params.type_v = c.GGML_TYPE_Q8_0 if setup.kv_type == "q8_0" else c.GGML_TYPE_F16
        params.no_perf = True
        context = c.llama_init_from_model(self.model, params)
        if context is None:
            raise TooLittleMemory(f"there is not enough memory for a context of {cells} tokens")
        memory = c.llama_get_memory(context)
        if memory is None:
            c.llama_free(context)
            raise Unusable("it is not a model that generates text")
        self.context, self._memory = context, memory
        self._batch = c.llama_batch_init(setup.chunk, 0, 1)

    def beside(self, setup: Setup) -> "Native":
        """A second context of the same model, for one conversation of ``setup.context_tokens``. Raises TooLittleMemory."""
        other = copy.copy(self)
        other._pace = None  # how a row is rounded depends on the number of threads, and what is said here has to repeat
        other._open(setup, cells=setup.context_tokens, sequences=1)
        return other

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
            length = c.llama_model_meta_val_str(self.model, key.encode(), buffer, size)
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

    @property
    def chunk(self) -> int:
        """Rows that the next evaluation should have, at most."""
        return self._pace.rows(self._chunk) if self._pace else self._chunk

    def decode(self, rows: Sequence[Row]) -> None:
        """Evaluate up to ``setup.chunk`` rows at once. ``logits`` then gives what was wanted."""
        batch = self._batch
        batch.n_tokens = len(rows)
        for i, (sequence, position, token, logits) in enumerate(rows):
            batch.token[i] = token
            batch.pos[i] = position
            batch.seq_id[i][0] = sequence
            batch.n_seq_id[i] = 1
            batch.logits[i] = logits
        code = self._paced(len(rows)) if self._pace else c.llama_decode(self.context, batch)
        if code != 0:
            raise RuntimeError(f"llama_decode gave {code}")

    def _paced(self, rows: int) -> int:
        assert self._pace is not None, "as asked"
        threads = self._pace.threads(rows)
        c.llama_set_n_threads(self.context, threads, threads)
        start = time.perf_counter()
        code = int(c.llama_decode(self.context, self._batch))
        self._pace.took(rows, threads, time.perf_counter() - start)
        return code

    def logits(self, row: int) -> Logits:
        """Logits after a row of the last evaluation; a view that the next evaluation overwrites."""
        pointer = c.llama_get_logits_ith(self.context, row)
        return np.ctypeslib.as_array(pointer, shape=(self.vocab_size,))

    def cut(self, sequence: int, start: int) -> bool:
        """Forget a sequence from position ``start`` on. False, and nothing done, where the model cannot."""
        return bool(c.llama_memory_seq_rm(self._memory, sequence, start, -1))

    def share(self, source: int, target: int, end: int) -> None:
        """Let ``target`` begin with the first ``end`` tokens of ``source``; no cell is copied."""
        c.llama_memory_seq_cp(self._memory, source, target, 0, end)

    def replace_beginning(self, source: int, target: int, end: int) -> None:
        """As ``share``, for a target that has these ``end`` tokens in cells of its own, which become free."""
        c.llama_memory_seq_rm(self._memory, target, 0, end)
        self.share(source, target, end)

    def save(self, sequence: int) -> bytes:
        """What the cache holds of a sequence, to be put back with ``restore``."""
        size = c.llama_state_seq_get_size(self.context, sequence)
        buffer = (ctypes.c_uint8 * size)()
        written = c.llama_state_seq_get_data(self.context, buffer, size, sequence)
        return bytes(memoryview(buffer)[:written])

    def restore(self, sequence: int, state: bytes) -> bool:
        """False, and the sequence empty, when there was no room."""
        buffer = (ctypes.c_uint8 * len(state)).from_buffer_copy(state)
        if c.llama_state_seq_set_data(self.context, buffer, len(state), sequence):
            return True
        self.cut(sequence, 0)
        return False
