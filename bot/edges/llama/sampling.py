"""Choosing the next token: penalty, nucleus, minimum probability, temperature, and a grammar where a schema asks for it."""

import ctypes
import random
from collections import deque
from typing import Any

import llama_cpp.llama_cpp as c
import numpy as np
import numpy.typing as npt

from bot.edges.llama.grammar import BadSchema
from bot.edges.llama.native import Logits, Native
from bot.edges.llama.protocol import Generate

_LOOK_BACK = 64  # tokens that the repeat penalty looks at
_NO_CHANCE = 16.0  # nats below the likeliest token: one in nine million
_ASKED_FIRST = 256  # of the likeliest tokens the grammar is asked about first; the whole vocabulary takes it long


class NothingAllowed(Exception):
    """The grammar has no way on."""


class Sampler:
    """Draws the tokens of one answer. ``close`` frees what llama.cpp holds for it."""

    def __init__(self, native: Native, request: Generate, grammar: str | None) -> None:
        self._request = request
        self._chance = random.Random(request.seed)
        self._recent: deque[int] = deque(maxlen=_LOOK_BACK)
        self._grammar = _Grammar(native, grammar) if grammar is not None else None
        self.log_probability = 0.0
        """Of the token that was picked last, before any penalty or cut; only for scored requests."""

    def pick(self, logits: Logits) -> int:
        """The next token. Raises NothingAllowed."""
        penalised = self._penalised(logits)
        token = self._draw(penalised)
        if self._grammar is not None:
            if not self._grammar.allows(token):
                token = self._draw(penalised, self._grammar.allowed(penalised))
            self._grammar.accept(token)
        self._recent.append(token)
        if self._request.scored:
            self.log_probability = float(log_probabilities(logits)[token])
        return token

    def close(self) -> None:
        if self._grammar is not None:
            self._grammar.close()

    def _penalised(self, logits: Logits) -> Logits:
        if self._request.repeat_penalty == 1.0 or not self._recent:
            return logits
        said = np.fromiter(set(self._recent), dtype=np.int64)
        logits = logits.copy()
        some = logits[said]
        logits[said] = np.where(some > 0, some / self._request.repeat_penalty, some * self._request.repeat_penalty)
        return logits

    def _draw(self, logits: Logits, among: npt.NDArray[np.int64] | None = None) -> int:
        """One of ``among`` (of all without), by the request's rules."""
        if among is not None:
            return int(among[self._drawn(logits[among])])
        return self._drawn(logits)

    def _drawn(self, logits: Logits) -> int:
        request = self._request
        best = float(logits.max())
        if request.temperature <= 0:
            return int(logits.argmax())
        floor = np.log(request.min_p) if request.min_p > 0 else -_NO_CHANCE * max(1.0, request.temperature)
        likely = np.flatnonzero(logits >= best + floor)
        likely = likely[np.argsort(-logits[likely], kind="stable")][: request.top_k or None]
        if request.top_p < 1:
            shares = np.exp(logits[likely] - best) / np.exp(logits - best).sum()
            likely = likely[: int(np.searchsorted(np.cumsum(shares), request.top_p)) + 1]
        weights = np.cumsum(np.exp((logits[likely] - best).astype(np.float64) / request.temperature))
        return int(likely[min(int(np.searchsorted(weights, self._chance.random() * weights[-1], side="right")), len(likely) - 1)])


def log_probabilities(logits: Logits) -> npt.NDArray[np.float64]:
    shifted = logits.astype(np.float64) - logits.max()
    return np.asarray(shifted - np.log(np.exp(shifted).sum()))


class _Grammar:
    """What llama.cpp's grammar allows next."""

    def __init__(self, native: Native, text: str) -> None:
        self._sampler: Any = c.llama_sampler_init_grammar(native.vocab, text.encode(), b"root")
        if not self._sampler:
            raise BadSchema("llama.cpp does not take the grammar made from it")

    def allows(self, token: int) -> bool:
        return bool(len(self._of(np.array([token], dtype=np.int64))))

    def allowed(self, logits: Logits) -> npt.NDArray[np.int64]:
        """Those of the likeliest tokens that are allowed; where none of them is, all that are. Raises NothingAllowed."""
        likeliest = np.argpartition(-logits, min(_ASKED_FIRST, len(logits) - 1))[:_ASKED_FIRST]
        found = self._of(np.sort(likeliest).astype(np.int64))
        if not len(found):
            found = self._of(np.arange(len(logits), dtype=np.int64))
        if not len(found):
            raise NothingAllowed
        return found

    def accept(self, token: int) -> None:
        c.llama_sampler_accept(self._sampler, token)

    def close(self) -> None:
        c.llama_sampler_free(self._sampler)

    def _of(self, tokens: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        rows = np.zeros(len(tokens), dtype=[("id", np.int32), ("logit", np.float32), ("p", np.float32)])
        rows["id"] = tokens
        data = rows.ctypes.data_as(c.llama_token_data_p)
        array = c.llama_token_data_array(data=data, size=len(tokens), selected=-1, sorted=False)
        c.llama_sampler_apply(self._sampler, ctypes.pointer(array))
        return np.asarray(tokens[np.isfinite(rows["logit"])])
