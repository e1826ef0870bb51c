"""One request at work: its prompt and what was answered so far, and what the next logits mean for it."""

import itertools
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bot.edges.llama.cache import Slot
from bot.edges.llama.grammar import BadSchema, gbnf
from bot.edges.llama.native import SCRATCH, SEQUENCES, Logits, Native, Row
from bot.edges.llama.protocol import Alive, Choose, Done, Generate, Reply, Text
from bot.edges.llama.sampling import NothingAllowed, Sampler, log_probabilities
from bot.edges.llama.template import Template
from bot.edges.llama.text import Outlet

Send = Callable[[Reply], None]


class Refusal(Exception):
    """The request cannot be fulfilled; the text is for a person."""


@dataclass(slots=True, eq=False)
class Talk:
    """What the engine knows of a request. ``tokens`` are the prompt and the answer so far."""

    id: int
    tokens: list[int]
    answer: "Answer | Choice"
    background: bool = False
    repeatable: bool = False
    owner: str = ""
    adapter: str = ""
    until: float = math.inf
    """Monotonic time."""
    prompt: int = field(init=False)
    slot: Slot | None = None
    put_aside: int = -1
    """How many requests had ended when this one had to leave for lack of room."""
    forgotten: bool = False
    """Nothing of it may be kept."""
    told: int = 0
    """The place in line that the person was told."""

    def __post_init__(self) -> None:
        self.prompt = len(self.tokens)

    @property
    def due(self) -> int:
        """Tokens to evaluate before the next logits; 1 while an answer is drawn."""
        return len(self.tokens) - (len(self.slot.tokens) if self.slot is not None else 0)

    def is_late(self) -> bool:
        return self.until < math.inf and time.monotonic() > self.until


class Answer:
    """Text as it is drawn, token by token."""

    def __init__(self, native: Native, request: Generate, grammar: str | None, room: int) -> None:
        self._native = native
        self._request = request
        self._grammar = grammar
        self._left = min(request.max_tokens, room)
        self._outlet = Outlet(request.stop)
        self._sampler: Sampler | None = None
        self._log_probability = 0.0

    def go_on(self, talk: Talk, logits: Logits, send: Send) -> bool:
        """Draw a token; True when the answer is over. Raises Refusal."""
        if self._left <= 0:
            send(Done(id=talk.id))
            return True
        token = self._pick(logits)
        self._left -= 1
        over = self._native.ends(token)
        piece = ""
        if not over:
            talk.tokens.append(token)
            piece = self._outlet.feed(self._native.piece(token))
            over = self._outlet.stopped or self._left == 0
        if over:
            piece += self._outlet.rest()
        if piece:
            send(Text(id=talk.id, piece=piece, log_probability=self._log_probability))
            self._log_probability = 0.0
        else:
            send(Alive(id=talk.id))
        if over:
            send(Done(id=talk.id))
        return over

    def close(self) -> None:
        if self._sampler is not None:
            self._sampler.close()
            self._sampler = None

    def _pick(self, logits: Logits) -> int:
        try:
            if self._sampler is None:
                self._sampler = Sampler(self._native, self._request, self._grammar)
            token = self._sampler.pick(logits)
        except BadSchema as fault:
            raise Refusal(f"The model cannot be held to this JSON schema: {fault}.") from fault
        except NothingAllowed as fault:
            raise Refusal("The model cannot be held to this JSON schema: nothing more is allowed before it is complete.") from fault
        self._log_probability += self._sampler.log_probability
        return token


class Choice:
    """The probabilities of several answers, scored side by side right after the prompt."""

    def __init__(self, native: Native, options: Sequence[Sequence[int]]) -> None:
        self._native = native
        self._options = options

    def go_on(self, talk: Talk, logits: Logits, send: Send) -> bool:
        """Score all options at once; always True."""
        first = log_probabilities(logits)
        weights = [float(first[option[0]]) for option in self._options]
        longer = [i for i, option in enumerate(self._options) if len(option) > 1]
        for start in range(0, len(longer), SCRATCH):
            self._score(talk, longer[start : start + SCRATCH], weights)
        send(Done(id=talk.id, probabilities=_shares(self._options, weights)))
        return True

    def close(self) -> None: ...

    def _score(self, talk: Talk, options: Sequence[int], weights: list[float]) -> None:
        """Add what the tokens after the first weigh, each option in a sequence of its own that shares the prompt."""
        assert talk.slot is not None, "the prompt was just evaluated"
        rows = []
        after = []  # for each row: the option it belongs to, and the token that should follow
        for sequence, number in enumerate(options, start=SEQUENCES):
            self._native.share(talk.slot.sequence, sequence, talk.prompt)
            for i, (token, following) in enumerate(itertools.pairwise(self._options[number])):
                rows.append(Row(sequence, talk.prompt + i, token, True))
                after.append((number, following))
        chunk = self._native.chunk
        for start in range(0, len(rows), chunk):
            part = rows[start : start + chunk]
            self._native.decode(part)
            for i, (number, following) in enumerate(after[start : start + len(part)]):
                weights[number] += float(log_probabilities(self._native.logits(i))[following])
        for sequence, _ in enumerate(options, start=SEQUENCES):
            self._native.cut(sequence, 0)

    def cells(self) -> int:
        """Cells that scoring takes, at most, for a moment."""
        lengths = sorted((len(option) - 1 for option in self._options), reverse=True)
        return sum(lengths[:SCRATCH])


class Reader:
    """Makes talks of requests. May be used from any thread."""

    def __init__(self, native: Native, *, limit: int, cells: int) -> None:
        self._native = native
        self._template = Template(native)
        self._limit = limit
        self._cells = cells

    def count(self, chat: Sequence[tuple[str, str]]) -> int:
        """Length of a prompt in tokens."""
        return len(self._template.tokens(tuple(chat)))

    def read(self, request: Generate | Choose) -> Talk:
        """Raises Refusal."""
        tokens = self._template.tokens(request.chat, request.opening if isinstance(request, Generate) else "")
        if len(tokens) >= self._limit:
            raise Refusal(
                f"The prompt needs {len(tokens)} tokens and the model has room for {self._limit - 1} beside an answer."
            )
        if isinstance(request, Choose):
            return Talk(request.id, tokens, self._choice(request, len(tokens)))
        until = math.inf if request.seconds is None else time.monotonic() + request.seconds
        try:
            grammar = gbnf(request.schema) if request.schema is not None else None
        except BadSchema as fault:
            raise Refusal(f"The model cannot be held to this JSON schema: {fault}.") from fault
        return Talk(
            request.id, tokens, Answer(self._native, request, grammar, self._limit - len(tokens)), background=request.background,
            repeatable=request.repeatable, owner=request.owner, adapter=request.adapter, until=until,
        )

    def _choice(self, request: Choose, prompt: int) -> Choice:
        room = self._limit - prompt
        options = [self._native.tokenize(option, special=False) for option in request.options]
        if not all(options):
            raise Refusal("An option to choose from is empty.")
        if max(map(len, options)) > room:
            raise Refusal(f"An option to choose from is longer than the {room} tokens that the context has left.")
        choice = Choice(self._native, options)
        if prompt + choice.cells() >= self._cells:
            raise Refusal("The options to choose from are too many or too long for the room that the prompt leaves.")
        return choice


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
