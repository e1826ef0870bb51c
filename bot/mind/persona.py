"""A persona card: what it holds, and what makes one unusable.

The folder ``personas/<name>/`` carries ``persona.toml`` and ``prompt.md``; this file turns their parsed content into a
:class:`Persona` or into a list of faults, each saying the key, what is wrong and what is allowed.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from bot.errors import PersonaError

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=400)]
Lines = tuple[Line, ...]
SomeLines = Annotated[tuple[Line, ...], Field(min_length=1)]
Share = Annotated[float, Field(ge=0, le=1)]

_STRICT = ConfigDict(extra="forbid")
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,31}")
_PROMPT_LIMIT = 4_000
"""Characters; a longer one would eat the context of a small model."""

_CONTROL = re.compile(r"<\|[^|>]{1,40}\|>|\[/?INST\]|</?s>|<<SYS>>", re.IGNORECASE)
"""Marks of chat templates: in a card they could pass for another speaker."""

_GUILT = re.compile(r"miss(ed)? you|been (so )?quiet|ignor(e|ed|ing) me|forgot(ten)? (about )?me|where have you been", re.IGNORECASE)


@dataclass(frozen=True, slots=True, config=_STRICT)
class Exchange:
    """One example of the voice: what somebody says, what the planner notes on it, and how the persona answers."""

    user: Line
    reply: Line
    note: str = ""
    """In the form of the notes that ``bot.mind.prompt`` writes; examples with notes teach a small model to follow them."""


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class Sampler:
    """How freely it speaks; passed to the language model as it is."""

    temperature: Annotated[float, Field(ge=0, le=2)] = 0.7
    top_p: Share = 0.95
    min_p: Share = 0.05
    repeat_penalty: Annotated[float, Field(ge=0.5, le=2)] = 1.08


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class Persona:
    """A character that the companion can wear."""

    name: str
    """Folder name, lower case: what people type in ``/persona use``."""
    display: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=32)]
    summary: Line
    """One line for lists."""
    pronouns: Line
    languages: SomeLines
    prompt: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=_PROMPT_LIMIT)]
    """Who it is, in the second person; the stable head of every prompt."""
    voice: Annotated[tuple[Exchange, ...], Field(min_length=2, max_length=16)]
    values: SomeLines
    dislikes: Lines = ()
    boundaries: Lines = ()
    teasing: Share = 0.3
    """0 never, 1 whenever it can."""
    greeting: Line
    follow_up: SomeLines
    """How it asks after an event; ``{event}`` stands for it ("your chemistry final")."""
    unsure: SomeLines
    """What it says when it does not remember or does not know."""
    honest: SomeLines
    """What it says when asked sincerely whether it is human."""
    trouble: Line
    """What it says when it could not think (the model failed)."""
    sampler: Sampler = Sampler()


_CARD = TypeAdapter(Persona)


def read_card(name: str, card: Mapping[str, object], prompt: str) -> Persona:
    """Turn a parsed ``persona.toml`` and its ``prompt.md`` into a persona. Raises PersonaError with every fault."""
    faults = []
    if not _NAME.fullmatch(name):
        faults.append("folder name: use lower-case letters, digits, - and _, beginning with a letter, at most 32")
    faults += [f"persona.toml: {key} is not set here: it comes from the folder" for key in ("name", "prompt") if key in card]
    try:
        persona = _CARD.validate_python({**card, "name": name, "prompt": prompt})
    except ValidationError as error:
        raise PersonaError(name, faults + [_fault(e["loc"], e["type"], e["msg"]) for e in error.errors()]) from None
    faults += _lint(persona)
    if faults:
        raise PersonaError(name, faults)
    return persona


def _fault(where: tuple[int | str, ...], kind: str, message: str) -> str:
    file = "prompt.md" if where[:1] == ("prompt",) else "persona.toml"
    key = ".".join(str(part) for part in where)
    known = ", ".join(sorted(f for f in Persona.__dataclass_fields__ if f not in ("name", "prompt")))
    if kind in ("unexpected_keyword_argument", "extra_forbidden"):
        return f"{file}: {key}: unknown key" + (f"; known are {known}" if len(where) == 1 else "")
    return f"{file}: {key}: {'missing' if kind.startswith('missing') else message}"


def _lint(persona: Persona) -> list[str]:
    faults = [f"{where}: contains {found[0]!r}, a mark of chat templates; remove it" for where, text in _texts(persona) if (found := _CONTROL.search(text))]
    for line in persona.follow_up:
        if line.count("?") > 1 or len(line) > 200:
            faults.append(f"persona.toml: follow_up: at most one question and 200 characters a line: {line!r}")
        if _GUILT.search(line):
            faults.append(f"persona.toml: follow_up: a friend does not make people feel guilty: {line!r}")
        if re.sub(r"\{event\}", "", line).count("{"):
            faults.append(f"persona.toml: follow_up: {{event}} is the only thing that can be filled in: {line!r}")
    return faults


def _texts(persona: Persona) -> Iterator[tuple[str, str]]:
    yield "prompt.md", persona.prompt
    for key in ("display", "summary", "greeting", "trouble"):
        yield f"persona.toml: {key}", getattr(persona, key)
    for key in ("values", "dislikes", "boundaries", "follow_up", "unsure", "honest"):
        for line in getattr(persona, key):
            yield f"persona.toml: {key}", line
    for exchange in persona.voice:
        yield "persona.toml: voice", f"{exchange.user}\n{exchange.note}\n{exchange.reply}"
