"""Choosing the next token: penalty, nucleus, minimum probability, temperature, and a grammar where a schema asks for it."""

import ctypes
import random
from collections.abc import Mapping
from typing import Any

import llama_cpp.llama_cpp as c
import numpy as np

from bot.edges.llama.grammar import BadSchema, gbnf
from bot.edges.llama.native import Native
from bot.edges.llama.protocol import Generate

_LOOK_BACK = 64  # tokens that the repeat penalty looks at
_TOP_K = 200  # spares the nucleus sampler a sort of the whole vocabulary; nothing below ever has a chance


class Sampler:
    """Draws the tokens of one answer. ``close`` frees what llama.cpp holds for it."""

    def __init__(self, native: Native, request: Generate) -> None:
        self._native = native
        self._grammar = _grammar(native, request.schema) if request.schema is not None else None
        seed = random.randrange(1 << 32) if request.seed is None else request.seed & 0xFFFFFFFF
        self._chain = c.llama_sampler_chain_init(c.llama_sampler_chain_default_params())
        parts = [c.llama_sampler_init_penalties(native.vocab_size, _LOOK_BACK, request.repeat_penalty, 0.0, 0.0)]
        if request.temperature <= 0:
            parts.append(c.llama_sampler_init_greedy())
        else:
            parts += [
                c.llama_sampler_init_top_k(_TOP_K),
                c.llama_sampler_init_top_p(request.top_p, 1),
                c.llama_sampler_init_min_p(request.min_p, 1),
                c.llama_sampler_init_temp(request.temperature),
                c.llama_sampler_init_dist(seed),
            ]
        for part in parts:
            c.llama_sampler_chain_add(self._chain, part)

    def pick(self) -> int:
        """The next token, from the logits of the last evaluation."""
        if self._grammar is None:
            return int(c.llama_sampler_sample(self._chain, self._native.context, -1))
        logits = self._native.logits()
        # Asking the grammar about the whole vocabulary is slow, so first ask it about the token we would take.
        token = self._draw(_Candidates(np.arange(len(logits), dtype=np.int32), logits))
        if not self._grammar_allows(token):
            candidates = _Candidates(np.arange(len(logits), dtype=np.int32), logits)
            c.llama_sampler_apply(self._grammar, candidates.pointer)
            token = self._draw(candidates)
        c.llama_sampler_accept(self._grammar, token)
        c.llama_sampler_accept(self._chain, token)
        return token

    def close(self) -> None:
        c.llama_sampler_free(self._chain)
        if self._grammar is not None:
            c.llama_sampler_free(self._grammar)

    def _draw(self, candidates: "_Candidates") -> int:
        c.llama_sampler_apply(self._chain, candidates.pointer)
        return candidates.selected

    def _grammar_allows(self, token: int) -> bool:
        alone = _Candidates(np.array([token], dtype=np.int32), np.zeros(1, dtype=np.float32))
        c.llama_sampler_apply(self._grammar, alone.pointer)
        return bool(np.isfinite(alone.rows["logit"][0]))


class _Candidates:
    """Tokens with their logits, laid out as llama.cpp's samplers want them."""

    def __init__(self, tokens: np.ndarray[Any, Any], logits: np.ndarray[Any, Any]) -> None:
        self.rows = np.zeros(len(tokens), dtype=[("id", np.int32), ("logit", np.float32), ("p", np.float32)])
        self.rows["id"] = tokens
        self.rows["logit"] = logits
        data = self.rows.ctypes.data_as(c.llama_token_data_p)
        self._array = c.llama_token_data_array(data=data, size=len(tokens), selected=-1, sorted=False)
        self.pointer = ctypes.pointer(self._array)

    @property
    def selected(self) -> int:
        return int(self._array.data[self._array.selected].id)


def _grammar(native: Native, schema: Mapping[str, Any]) -> Any:
    """Raises BadSchema."""
    sampler = c.llama_sampler_init_grammar(native.vocab, gbnf(schema).encode(), b"root")
    if not sampler:
        raise BadSchema("llama.cpp does not take the grammar made from it")
    return sampler
