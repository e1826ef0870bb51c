"""A model at work on a few texts, watched from inside: through llama.cpp's evaluation callback every tensor has a name and can be read.

Only the tools of ``bot.moe`` use this; the companion's own models run in ``bot.edges.llama``.
"""

import ctypes
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import llama_cpp.llama_cpp as c
import numpy as np
import numpy.typing as npt
from llama_cpp._ggml import libggml

from bot.errors import ModelDamaged, ModelFailed

Numbers = npt.NDArray[np.float32]
_NE, _F32, _I32 = 16, 0, 26  # where the lengths stand in a ggml_tensor; enum ggml_type
_WARNING, _ERROR = 3, 4  # enum ggml_log_level

for _function, _result in (("ggml_get_name", ctypes.c_char_p), ("ggml_nbytes", ctypes.c_size_t), ("ggml_backend_tensor_get", None), ("ggml_backend_tensor_set", None)):
    getattr(libggml, _function).restype = _result


@dataclass(frozen=True, slots=True)
class Seen:
    """What one evaluation gave. ``tensors`` by name, shape (tokens, width), or (tokens, experts at work, width) where it is one of each of
    these; of a single token the first may be missing. ``logits`` (tokens, vocabulary)."""

    logits: Numbers
    tensors: dict[str, npt.NDArray[Any]] = field(default_factory=dict)


class Run:
    """A loaded model with room for ``context`` tokens; each text is evaluated from an empty cache. Raises ModelDamaged, ModelFailed.

    ``watch`` names tensors that ``evaluate`` returns for each layer, such as ``ffn_moe_logits`` for ``ffn_moe_logits-0`` and so on.
    With ``plain`` attention is computed as the companion's own models do it on a processor, which takes another time; the cache has to be f16 then.
    Tensors that ``silent`` names are set to zero in each layer once they are computed; ``overrides`` are put over what the file's head says.
    Without ``repack`` weights are multiplied as they are stored, row by row, as those of experts are, and not laid out anew for the processor.
    """

    def __init__(
        self, file: Path, *, context: int = 512, threads: int = 1, watch: Sequence[str] = (), sequences: int = 1, rows: int | None = None,
        kv_type: str = "f16", plain: bool = False, silent: Sequence[str] = (), overrides: Mapping[str, int] | None = None, repack: bool = True,
    ) -> None:  # fmt: skip
        self._watch, self._silent, self._plain = tuple(watch), tuple(silent), plain
        self._tensors: dict[str, npt.NDArray[Any]] = {}
        self._said: list[str] = []
        # All callbacks must stay referenced: llama.cpp keeps the bare pointers.
        self._on_log = c.llama_log_callback(self._log)
        self._on_tensor = c.ggml_backend_sched_eval_callback(self._tensor)
        c.llama_log_set(self._on_log, ctypes.c_void_p(0))
        c.llama_backend_init()
        params = c.llama_model_default_params()
        params.n_gpu_layers, params.use_extra_bufts = 0, repack
        params.kv_overrides = _overrides(overrides or {})
        self.model = c.llama_model_load_from_file(str(file).encode(), params)
        if self.model is None:
            raise ModelDamaged(f"llama.cpp does not take {file}: {self._why()}.")
        self.context_tokens, self.sequences, self._rows = context, sequences, max(rows or context, sequences)
        self.context = self._context(threads, kv_type)
        if self.context is None:
            c.llama_model_free(self.model)
            raise ModelFailed(f"There is not enough memory to run {file.name} with {context} tokens.")
        self._memory = c.llama_get_memory(self.context)
        self._vocab: Any = c.llama_model_get_vocab(self.model)
        self.width, self.layers = c.llama_model_n_embd(self.model), c.llama_model_n_layer(self.model)
        self.vocabulary = c.llama_vocab_n_tokens(self._vocab)
        self._batch = c.llama_batch_init(self._rows, 0, 1)

    def _context(self, threads: int, kv_type: str) -> Any:
        params = c.llama_context_default_params()
        params.n_ctx, params.n_seq_max, params.kv_unified = self.context_tokens, self.sequences, True
        params.n_batch = params.n_ubatch = self._rows
        params.n_threads = params.n_threads_batch = threads
        params.type_k = params.type_v = c.GGML_TYPE_Q8_0 if kv_type == "q8_0" else c.GGML_TYPE_F16
        if self._plain:
            params.flash_attn_type = c.LLAMA_FLASH_ATTN_TYPE_DISABLED
        params.no_perf = True
        if self._watch or self._silent:
            params.cb_eval = self._on_tensor
        return c.llama_init_from_model(self.model, params)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        c.llama_batch_free(self._batch)
        c.llama_free(self.context)
        c.llama_model_free(self.model)

    def tokens(self, text: str, *, special: bool = False) -> list[int]:
        """As the model reads it, with the token that begins a text where it has one; no more than there is room for. With ``special`` the
        names of control tokens become these."""
        raw = text.encode(errors="ignore")
        room = len(raw) + 2
        buffer = (c.llama_token * room)()
        return list(buffer[: c.llama_tokenize(self._vocab, raw, len(raw), buffer, room, True, special)])[: self._rows]

    def text(self, tokens: Sequence[int]) -> str:
        return b"".join(self._piece(token) for token in tokens).decode(errors="replace")

    def _piece(self, token: int) -> bytes:
        buffer = ctypes.create_string_buffer(256)
        length = c.llama_token_to_piece(self._vocab, token, buffer, 256, 0, True)
        return buffer.raw[: max(length, 0)]

    def prompt(self, user: str) -> list[int]:
        """A message as the model's own template puts it, up to where the answer begins; of a model without one, a plain dialogue."""
        template = c.llama_model_chat_template(self.model, None)
        chat = (c.llama_chat_message * 1)(c.llama_chat_message(b"user", user.encode(errors="ignore")))
        buffer = ctypes.create_string_buffer(len(user.encode()) + 4096)
        length = c.llama_chat_apply_template(template, chat, 1, True, buffer, len(buffer)) if template else -1
        text = buffer.raw[:length].decode(errors="replace") if length > 0 else f"User: {user}\nAnswer:"
        return self.tokens(text, special=True)

    def answers(self, users: Sequence[str], count: int) -> list[str]:
        """The likeliest answer to each, of ``count`` tokens at most; said side by side, as many at a time as there are sequences."""
        at_once = [users[start : start + self.sequences] for start in range(0, len(users), self.sequences)]
        said = (words for some in at_once for words in self._side_by_side([self.prompt(user) for user in some], count))
        return [self.text(words).strip() for words in said]

    def _side_by_side(self, prompts: Sequence[Sequence[int]], count: int) -> list[list[int]]:
        self.clear()
        said: list[list[int]] = [[] for _ in prompts]
        heard = []
        alike = min(len(os.path.commonprefix([list(prompt) for prompt in prompts])), min(map(len, prompts)) - 1)
        for sequence, prompt in enumerate(prompts):
            start = alike if sequence else 0
            self.share(sequence, start)
            rows = [(sequence, place, prompt[place], place == len(prompt) - 1) for place in range(start, len(prompt))]
            self.step(rows)
            heard.append((sequence, len(prompt), self._likeliest(len(rows) - 1)))
        for _ in range(count):
            rows = [(sequence, place, token, True) for sequence, place, token in heard if not c.llama_vocab_is_eog(self._vocab, token)]
            for sequence, _, token, _ in rows:
                said[sequence].append(token)
            if not rows:
                break
            self.step(rows)
            heard = [(sequence, place + 1, self._likeliest(row)) for row, (sequence, place, _, _) in enumerate(rows)]
        return said

    @property
    def end(self) -> list[int]:
        """The token that ends an answer, where the model has one."""
        token = c.llama_vocab_eot(self._vocab)
        token = token if token >= 0 else c.llama_vocab_eos(self._vocab)
        return [token] if token >= 0 else []

    def wear(self, lora: Path) -> None:
        """Evaluate with this adapter from now on. Raises ModelDamaged when it is not one for this model."""
        adapter = c.llama_adapter_lora_init(self.model, str(lora).encode())
        if adapter is None:
            raise ModelDamaged(f"llama.cpp does not take the adapter {lora}: {self._why()}.")
        c.llama_set_adapters_lora(self.context, (c.llama_adapter_lora_p_ctypes * 1)(adapter), 1, (ctypes.c_float * 1)(1.0))

    def steer(self, vectors: Mapping[int, Numbers] | None) -> None:
        """Add these to the states after their layers from now on; layer 0 cannot be steered. None takes them off."""
        if vectors is None:
            c.llama_set_adapter_cvec(self.context, None, 0, 0, 0, 0)
            return
        whole = np.zeros((self.layers, self.width), dtype=np.float32)
        for layer, vector in vectors.items():
            whole[layer] = vector
        flat = whole[1:].reshape(-1)
        data = (ctypes.c_float * flat.size)(*flat.tolist())
        c.llama_set_adapter_cvec(self.context, data, flat.size, self.width, 1, self.layers - 1)

    def evaluate(self, tokens: Sequence[int]) -> Seen:
        """All of a text at once, with the logits after each token."""
        self.clear()
        self._tensors = {}
        self.step([(0, place, token, True) for place, token in enumerate(tokens)])
        logits = np.stack([self.logits(row) for row in range(len(tokens))])
        return Seen(logits, self._tensors)

    def step(self, rows: Sequence[tuple[int, int, int, bool]]) -> None:
        """Evaluate (sequence, position, token, are its logits wanted). Raises ModelFailed."""
        if len(rows) > self._rows:
            raise ModelFailed(f"{len(rows)} tokens at once are more than there is room for, {self._rows}.")
        self._batch.n_tokens = len(rows)
        for i, (sequence, position, token, wanted) in enumerate(rows):
            self._batch.token[i], self._batch.pos[i], self._batch.logits[i] = token, position, wanted
            self._batch.seq_id[i][0], self._batch.n_seq_id[i] = sequence, 1
        if code := c.llama_decode(self.context, self._batch):
            raise ModelFailed(f"llama_decode gave {code}: {self._why()}.")

    def share(self, sequence: int, tokens: int) -> None:
        """Let it begin with the first tokens of sequence 0."""
        c.llama_memory_seq_cp(self._memory, 0, sequence, 0, tokens)

    def cut(self, sequence: int, start: int) -> None:
        c.llama_memory_seq_rm(self._memory, sequence, start, -1)

    def clear(self) -> None:
        c.llama_memory_clear(self._memory, False)

    def logits(self, row: int) -> Numbers:
        return np.ctypeslib.as_array(c.llama_get_logits_ith(self.context, row), shape=(self.vocabulary,)).copy()

    def _likeliest(self, row: int) -> int:
        return int(self.logits(row).argmax())

    def _log(self, level: int, text: bytes, _: Any) -> None:
        if level in (_WARNING, _ERROR):
            self._said = [*self._said[-9:], text.decode(errors="replace").strip()]

    def _why(self) -> str:
        """The first complaint is the cause; those after it are its consequences."""
        return next((line for line in self._said if "error" in line), self._said[-1] if self._said else "it says nothing of why")

    def _tensor(self, tensor: int, ask: bool, _: Any) -> bool:
        """Called before each tensor (is it wanted?) and after those that are."""
        name = libggml.ggml_get_name(ctypes.c_void_p(tensor)).decode()
        kind, _, layer = name.rpartition("-")
        if kind not in (*self._watch, *self._silent) or not layer.isdigit():
            return not ask
        if not ask and kind in self._silent:
            _silence(tensor)
        if not ask and kind in self._watch:
            self._tensors[name] = _read(tensor)
        return True


def _overrides(values: Mapping[str, int]) -> Any:
    """As llama.cpp wants them: an array that ends with an empty key."""
    put = (c.llama_model_kv_override * (len(values) + 1))()
    for one, (key, value) in zip(put, values.items(), strict=False):
        one.tag, one.key, one.value.val_i64 = c.LLAMA_KV_OVERRIDE_TYPE_INT, key.encode(), value
    return put


def _silence(tensor: int) -> None:
    nothing = bytes(libggml.ggml_nbytes(ctypes.c_void_p(tensor)))
    libggml.ggml_backend_tensor_set(ctypes.c_void_p(tensor), nothing, ctypes.c_size_t(0), ctypes.c_size_t(len(nothing)))


def _read(tensor: int) -> npt.NDArray[Any]:
    kind = ctypes.c_int.from_address(tensor).value
    lengths = tuple((ctypes.c_int64 * 3).from_address(tensor + _NE))
    values = np.empty(lengths[1::-1] if lengths[2] == 1 else lengths[::-1], dtype={_F32: np.float32, _I32: np.int32}[kind])
    assert libggml.ggml_nbytes(ctypes.c_void_p(tensor)) == values.nbytes, "numbers that lie together"
    libggml.ggml_backend_tensor_get(ctypes.c_void_p(tensor), values.ctypes.data_as(ctypes.c_void_p), ctypes.c_size_t(0), ctypes.c_size_t(values.nbytes))
    return values
