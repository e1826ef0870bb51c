"""What the worker does with a request: evaluate its prompt, then draw tokens, or read off probabilities.

Each piece of work is a generator that stops after every chunk of a prompt and every token, so that the worker can
cancel it there, or put it aside for a request that somebody waits for.
"""

import math
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field

from bot.edges.llama.cache import Cache, Slot
from bot.edges.llama.grammar import BadSchema
from bot.edges.llama.native import CHUNK, Native
from bot.edges.llama.protocol import Choose, Generate
from bot.edges.llama.sampling import Sampler
from bot.edges.llama.template import Template
from bot.edges.llama.text import Outlet


class Refusal(Exception):
    """The request cannot be fulfilled; the text is for a person."""


@dataclass(slots=True, eq=False)
class _Talk:
    """A prompt and what was answered so far, and the slot it is evaluated in."""

    tokens: list[int]
    alone: bool
    prompt: int = field(init=False)
    slot: Slot | None = None

    def __post_init__(self) -> None:
        self.prompt = len(self.tokens)


class Engine:
    """One model at work. ``context_tokens`` is what one request may use, prompt and answer together."""

    def __init__(self, native: Native, *, context_tokens: int, slots: int, cells: int) -> None:
        self._native = native
        self._template = Template(native)
        self._cache = Cache(native, slots=slots, cells=cells)
        self._limit = context_tokens

    def count(self, chat: Sequence[tuple[str, str]]) -> int:
        """Length of a prompt in tokens. May be called from another thread while a generator runs."""
        return len(self._template.tokens(tuple(chat)))

    def generate(self, request: Generate) -> Generator[str]:
        """Text of the answer as it comes; an empty string is a step without text."""
        talk = self._open(request.chat, alone=request.seed is not None)
        outlet = Outlet(request.stop)
        try:
            sampler = Sampler(self._native, request)
        except BadSchema as fault:
            raise Refusal(f"The model cannot be held to this JSON schema: {fault}.") from fault
        try:
            for _ in range(min(request.max_tokens, self._limit - talk.prompt)):
                yield from self._evaluate(talk)
                token = sampler.pick()
                if self._native.ends(token):
                    break
                talk.tokens.append(token)
                yield outlet.feed(self._native.piece(token))
                if outlet.stopped:
                    break
            yield outlet.rest()
        finally:
            sampler.close()
            self._close(talk)

    def choose(self, request: Choose) -> Generator[str, None, tuple[float, ...]]:
        """The probability of each option as the answer, returned; what is yielded are steps without text."""
        talk = self._open(request.chat, alone=False)
        options = [self._native.tokenize(option, special=False) for option in request.options]
        if not all(options):
            raise Refusal("An option to choose from is empty.")
        try:
            weights = []
            for option in options:
                yield from self._evaluate(talk)
                weights.append(self._weigh(talk, option))
                yield ""
        finally:
            self._close(talk)
        return _shares(options, weights)

    def _open(self, chat: Sequence[tuple[str, str]], *, alone: bool) -> _Talk:
        tokens = self._template.tokens(tuple(chat))
        if len(tokens) >= self._limit:
            raise Refusal(
                f"The prompt needs {len(tokens)} tokens and the model has room for {self._limit - 1} beside an answer."
            )
        return _Talk(tokens, alone)

    def _close(self, talk: _Talk) -> None:
        if talk.slot is not None:
            self._cache.release(talk.slot, talk)

    def _evaluate(self, talk: _Talk) -> Generator[str]:
        """Bring the slot up to the talk's last token, whose logits are then at hand; a step between two chunks.

        The slot may be gone each time we come back: another request was let through and needed the room.
        """
        while True:
            if talk.slot is None or talk.slot.holder is not talk:
                talk.slot = self._cache.begin(talk.tokens, talk, alone=talk.alone)
            slot = talk.slot
            if talk.alone:
                self._cache.leave_alone(slot)
            done = len(slot.tokens)
            self._cache.feed(slot, talk.tokens[done : self._chunk_end(talk, done)], repeatable=talk.alone and done < talk.prompt)
            if len(slot.tokens) == len(talk.tokens):
                return
            yield ""

    @staticmethod
    def _chunk_end(talk: _Talk, done: int) -> int:
        """Chunks lie on a grid, and a repeatable answer is evaluated token by token as it was the first time."""
        if done >= talk.prompt:
            return done + 1 if talk.alone else done + CHUNK
        end = (done // CHUNK + 1) * CHUNK
        return min(end, talk.prompt) if talk.alone else end

    def _weigh(self, talk: _Talk, option: Sequence[int]) -> float:
        """Log probability of the option's tokens, one after the other, right after the prompt."""
        assert talk.slot is not None, "the prompt was just evaluated"
        total = float(self._native.log_probabilities()[option[0]])
        for start in range(0, len(option) - 1, CHUNK):
            given = option[start : min(start + CHUNK, len(option) - 1)]
            self._cache.feed(talk.slot, given, all_logits=True)
            for i in range(len(given)):
                total += float(self._native.log_probabilities(i)[option[start + i + 1]])
        self._cache.cut(talk.slot, talk.prompt - 1)  # the next option needs the logits of the prompt's last token again
        return total


def _shares(options: Sequence[Sequence[int]], weights: Sequence[float]) -> tuple[float, ...]:
    """Probabilities that sum to 1. An option that begins another one gets only what the longer one leaves of it."""
    most = max(weights)
    plain = [math.exp(weight - most) for weight in weights]
    parts = []
    for mine, part in zip(options, plain, strict=True):
        longer = {
            tuple(other): share
            for other, share in zip(options, plain, strict=True)
            if len(other) > len(mine) and list(other[: len(mine)]) == list(mine)
        }
        nearest = [share for other, share in longer.items() if not any(_begins(o, other) for o in longer)]
        parts.append(max(part - sum(nearest), 0.0))
    whole = sum(parts)
    return tuple(part / whole for part in parts)


def _begins(start: Sequence[int], whole: Sequence[int]) -> bool:
    return len(start) < len(whole) and list(whole[: len(start)]) == list(start)
