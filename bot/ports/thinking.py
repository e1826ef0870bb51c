"""What thinks: the language model, and what turns words into vectors and feelings."""

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from bot.mind.belief import Emotions
from bot.mind.prompt import Message as Message

Vectors = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """A request to the language model."""

    messages: tuple[Message, ...]
    max_tokens: int = 256
    temperature: float = 0.7
    top_p: float = 0.95
    min_p: float = 0.05
    repeat_penalty: float = 1.05
    seed: int | None = None
    """None draws one; a fixed seed repeats the answer on the same build and model."""
    stop: tuple[str, ...] = ()
    opening: str = ""
    """Words that the answer begins with: they come back with its first piece, and the model goes on from there. A model that cannot be
    held to them answers as it likes. Not with a schema."""
    schema: Mapping[str, Any] | None = None
    """JSON schema that the whole answer obeys."""
    background: bool = False
    """True for work nobody waits for; an interactive request goes first."""
    top_k: int = 0
    """Draw from so many of the likeliest tokens; 0 is from all."""
    owner: str = ""
    """Whom it is for: when many wait, owners take turns, and a conversation's cache is kept for its owner."""
    adapter: str = ""
    """File of a LoRA adapter or a control vector for the persona that speaks; empty is the model as it is."""
    seconds: float | None = None
    """Give up with ModelFailed when it takes longer, waiting included."""
    on_wait: Callable[[int], None] | None = field(default=None, compare=False, repr=False)
    """Called with the number of requests that come first while it is in line, and with 0 when its turn has come."""
    on_read: Callable[[int, int], None] | None = field(default=None, compare=False, repr=False)
    """Called with the number of tokens of the prompt, and how many of them were at hand from before, where the model tells; again when it has
    to be read once more."""
    on_score: Callable[[float], None] | None = field(default=None, compare=False, repr=False)
    """Called with the log probability of each piece before any penalty or cut, where the model gives it; a piece is mostly a token."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFacts:
    """What a loaded model is."""

    name: str
    context_tokens: int
    architecture: str = ""
    experts: int = 0


class LanguageModel(Protocol):
    """A chat model. Called by ``flows.speak``, ``flows.remember`` and ``flows.reach_out``."""

    def stream(self, request: Completion) -> AsyncGenerator[str]:
        """Yield the answer piece by piece; never a broken character, never a stop word. Closing the iterator cancels.

        Raises ModelBusy when too many wait already.
        Raises ModelFailed when the worker crashed or hung (it is being restarted; asking again is right), or when the
        prompt does not fit the context.
        """

    async def choose(self, messages: Sequence[Message], options: Sequence[str]) -> tuple[float, ...]:
        """Probability of each option as the whole next answer, from the logits; sums to 1. Raises ModelFailed."""

    async def count_tokens(self, messages: Sequence[Message]) -> int:
        """Length of the prompt that these messages make, chat template included."""

    async def facts(self) -> ModelFacts:
        """What is loaded; waits for the load. Raises ModelError when it cannot be loaded."""

    async def aclose(self) -> None:
        """Stop the worker; requests in flight raise ModelFailed."""


@runtime_checkable
class Forgetful(Protocol):
    """What keeps people's talk worked out, so that it answers sooner. Called by ``flows.forget``; every LanguageModel is one too."""

    async def forget(self, person: str) -> None:
        """Drop what is kept of requests for this ``owner``, and of those for nobody in particular. Returns once it is gone; never
        raises, also after ``aclose``: what is not there has nothing left. Requests under way go on, and nothing of them is kept."""


class Embedder(Protocol):
    """Sentence vectors. Called by ``flows.speak``, ``flows.remember`` and the recall evaluation."""

    @property
    def name(self) -> str:
        """Stored beside every vector; vectors of another name are never compared."""

    async def embed(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        """Shape (len(texts), width), rows of unit length. ``query`` adds the model's query prefix. Raises ModelError."""

    async def aclose(self) -> None: ...


class EmotionReader(Protocol):
    """Reads how a message feels, without the language model, within milliseconds. Called by ``flows.speak``."""

    async def read(self, text: str) -> Emotions:
        """Shares of every label of both levels. Raises ModelError."""

    async def aclose(self) -> None: ...
