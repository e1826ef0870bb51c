"""A persona card: what it holds, and what makes one unusable.

The folder ``personas/<name>/`` carries ``persona.toml`` and ``prompt.md``; this file turns their parsed content into a
:class:`Persona` or into a list of faults, each saying the key, what is wrong and what is allowed.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Exchange:
    """One example of the voice: what somebody says, and how the persona answers."""

    user: str
    reply: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampler:
    """How freely it speaks; passed to the language model as it is."""

    temperature: float = 0.7
    top_p: float = 0.95
    min_p: float = 0.05
    repeat_penalty: float = 1.08


@dataclass(frozen=True, slots=True, kw_only=True)
class Persona:
    """A character that the companion can wear."""

    name: str
    """Folder name, lower case: what people type in ``/persona use``."""
    display: str
    summary: str
    """One line for lists."""
    pronouns: str
    languages: tuple[str, ...]
    prompt: str
    """Who it is, in the second person; the stable head of every prompt."""
    voice: tuple[Exchange, ...]
    values: tuple[str, ...]
    dislikes: tuple[str, ...] = ()
    boundaries: tuple[str, ...] = ()
    teasing: float = 0.3
    """0 never, 1 whenever it can."""
    greeting: str
    follow_up: tuple[str, ...]
    """How it asks after an event; ``{event}`` stands for it."""
    unsure: tuple[str, ...]
    """What it says when it does not remember or does not know."""
    trouble: str
    """What it says when it could not think (the model failed)."""
    sampler: Sampler = Sampler()


def read_card(name: str, card: Mapping[str, object], prompt: str) -> Persona:
    """Turn a parsed ``persona.toml`` and its ``prompt.md`` into a persona. Raises PersonaError with every fault."""
    raise NotImplementedError
