"""A persona card: what it holds, and what makes one unusable.

The folder ``personas/<name>/`` carries ``persona.toml``, ``prompt.md`` and perhaps ``knowledge/*.md``; this file turns their
parsed content into a :class:`Persona` or into a list of faults, each saying the key, what is wrong and what is allowed.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from bot.errors import PersonaError
from bot.mind.situation import Emotion, Need

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=400)]
Lines = tuple[Line, ...]
FirstWords = tuple[Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)], ...]
SomeLines = Annotated[tuple[Line, ...], Field(min_length=1)]
Share = Annotated[float, Field(ge=0, le=1)]
Topic = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=80)]
Topics = Annotated[tuple[Topic, ...], Field(max_length=60)]

LORE_LONGEST = 600
"""Characters of one paragraph of knowledge."""

LORE_MOST = 400
"""Paragraphs of one persona."""

_STRICT = ConfigDict(extra="forbid")
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,31}")
PROMPT_LONGEST = 4_000
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
class Principle:
    """A value: what it believes, and what it will therefore not say. A bare line in the card is one without the rest."""

    says: Line
    never: Lines = ()
    """Phrases that it does not utter, in any letter case."""
    when: tuple[Need | Emotion, ...] = ()
    """Needs and emotions in which it matters most; without any it is chosen by its words."""


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class Knowledge:
    """What it knows of the world, and where that ends."""

    knows: Topics = ()
    """Fields it is at home in, a few words each."""
    cannot_know: Topics = ()
    """Fields it knows nothing of; asked, it declines in character."""
    era: Annotated[int, Field(ge=-3000, le=2100)] | None = None
    """The last year it has heard of; None is today."""
    decline: Lines = ()
    """How it says that something is beyond it."""
    edge: Annotated[float, Field(ge=-1, le=1)] = 0.0
    """How much nearer a question must be to ``cannot_know`` than to ``knows`` to be beyond it."""
    doubt: Share = 0.5
    """How unsure of a fact it may be and still answer; from half of it on it hedges."""


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class Pace:
    """How slowly it becomes close: days on which somebody talked with it, never one day alone."""

    known: Annotated[int, Field(ge=2, le=365)] = 3
    close: Annotated[int, Field(ge=3, le=1000)] = 14


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class Spare:
    """What it says as it stands when no draft of the model is good enough, by what the reply was to do. Without any, a faulty but
    harmless draft is sent."""

    comfort: Lines = ()
    care: Lines = ()
    celebrate: Lines = ()
    react: Lines = ()
    opinion: Lines = ()
    """``{principle}`` stands for the value that the message calls for."""
    weave: Lines = ()
    """``{memory}`` stands for what it remembers, told to the person ("you have a stomach ulcer")."""
    goodbye: Lines = ()


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class Openings:
    """The first words of its answers, by what they are to do; the model goes on from there. Without any it begins as it likes."""

    comfort: FirstWords = ()
    care: FirstWords = ()
    celebrate: FirstWords = ()
    react: FirstWords = ()
    disagree: FirstWords = ()
    stand: FirstWords = ()
    """Where it keeps to what it said."""
    remind: FirstWords = ()
    """``{what}`` stands for what speaks against it ("with your stomach ulcer"), ``{What}`` for the same at the beginning of a sentence."""
    decline: FirstWords = ()
    admit: FirstWords = ()
    """Where it knows nothing of what it is said to have been told."""
    honest: FirstWords = ()
    """Where it is asked whether it is human."""
    goodbye: FirstWords = ()


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class Model:
    """What the words come from."""

    lora: str = ""
    """A LoRA adapter (.gguf) in the folder of the card."""
    control_vector: str = ""
    """Or a control vector (.gguf) there."""

    @property
    def adapter(self) -> str:
        return self.lora or self.control_vector


@dataclass(frozen=True, slots=True, config=_STRICT)
class LoreNote:
    """A paragraph of ``knowledge/*.md``: something it can tell when it fits."""

    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LORE_LONGEST)]
    keys: tuple[str, ...] = ()
    """Words that call it up, whatever it resembles."""


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
    prompt: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=PROMPT_LONGEST)]
    """Who it is, in the second person; the stable head of every prompt."""
    voice: Annotated[tuple[Exchange, ...], Field(min_length=2, max_length=16)]
    values: Annotated[tuple[Annotated[Principle, BeforeValidator(lambda value: {"says": value} if isinstance(value, str) else value)], ...], Field(min_length=1)]
    dislikes: Lines = ()
    boundaries: Lines = ()
    teasing: Share = 0.3
    """0 never, 1 whenever it can."""
    humour: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""
    """What kind: "dry, never at the cost of somebody who is down"."""
    knowledge: Knowledge = Knowledge()
    lore: Annotated[tuple[LoreNote, ...], Field(max_length=LORE_MOST)] = ()
    pace: Pace = Pace()
    greeting: Line
    follow_up: SomeLines
    """How it asks after an event; ``{event}`` stands for it ("your chemistry final")."""
    reach_out: Annotated[str, StringConstraints(strip_whitespace=True, max_length=120)] = ""
    """The tone in which it writes first."""
    unsure: SomeLines
    """What it says when it does not remember or does not know."""
    honest: SomeLines
    """What it says when asked sincerely whether it is human."""
    trouble: Line
    """What it says when it could not think (the model failed)."""
    spare: Spare = Spare()
    openings: Openings = Openings()
    sampler: Sampler = Sampler()
    model: Model = Model()


_CARD = TypeAdapter(Persona)
_FILLED = {"opinion": ("principle",), "weave": ("memory",), "remind": ("what", "What")}
"""What can be filled in in a spare line, and in first words."""


_FROM_FILES = ("name", "prompt", "lore")


def read_card(name: str, card: Mapping[str, object], prompt: str, lore: Sequence[LoreNote] = ()) -> Persona:
    """Turn a parsed ``persona.toml``, its ``prompt.md`` and its knowledge into a persona. Raises PersonaError with every fault."""
    faults = []
    if not _NAME.fullmatch(name):
        faults.append("folder name: use lower-case letters, digits, - and _, beginning with a letter, at most 32")
    faults += [f"persona.toml: {key} is not set here: it comes from the folder" for key in _FROM_FILES if key in card]
    try:
        persona = _CARD.validate_python({**card, "name": name, "prompt": prompt, "lore": tuple(lore)})
    except ValidationError as error:
        raise PersonaError(name, faults + [_fault(e["loc"], e["type"], e["msg"]) for e in error.errors()]) from None
    faults += _lint(persona)
    if faults:
        raise PersonaError(name, faults)
    return persona


def written(persona: Persona) -> dict[str, Any]:
    """The content of its ``persona.toml``: what differs from the defaults."""
    card = _CARD.dump_python(persona, mode="json", exclude_defaults=True)
    return {key: value for key, value in card.items() if key not in _FROM_FILES}


def _fault(where: tuple[int | str, ...], kind: str, message: str) -> str:
    file = {"prompt": "prompt.md", "lore": "knowledge"}.get(str(where[0]) if where else "", "persona.toml")
    key = ".".join(str(part) for part in where)
    known = ", ".join(sorted(f for f in Persona.__dataclass_fields__ if f not in _FROM_FILES))
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
    faults += _lint_filled("spare", _lines(persona.spare)) + _lint_filled("openings", _lines(persona.openings))
    if persona.pace.close <= persona.pace.known:
        faults.append("persona.toml: pace: close must be more days than known")
    if persona.model.lora and persona.model.control_vector:
        faults.append("persona.toml: model: a lora or a control_vector, not both")
    return faults


def _lint_filled(table: str, lines: Iterator[tuple[str, str]]) -> list[str]:
    faults = []
    for name, line in lines:
        known = _FILLED.get(name, ())
        if re.search(r"[{}]", re.sub(r"\{(?:" + ("|".join(known) or "(?!)") + r")\}", "", line)):
            what = " and ".join(f"{{{key}}}" for key in known)
            allowed = f"{what} {'are' if len(known) > 1 else 'is'} the only thing that can be filled in" if known else "nothing can be filled in"
            faults.append(f"persona.toml: {table}: {name}: {allowed}: {line!r}")
    return faults


def _lines(table: Spare | Openings) -> Iterator[tuple[str, str]]:
    return ((field.name, line) for field in fields(table) for line in getattr(table, field.name))


def _texts(persona: Persona) -> Iterator[tuple[str, str]]:
    yield "prompt.md", persona.prompt
    for key in ("display", "summary", "greeting", "trouble", "humour", "reach_out"):
        yield f"persona.toml: {key}", getattr(persona, key)
    for key in ("dislikes", "boundaries", "follow_up", "unsure", "honest"):
        for line in getattr(persona, key):
            yield f"persona.toml: {key}", line
    for value in persona.values:
        yield "persona.toml: values", "\n".join((value.says, *value.never))
    yield from (("persona.toml: spare", line) for _, line in _lines(persona.spare))
    yield from (("persona.toml: openings", line) for _, line in _lines(persona.openings))
    known = persona.knowledge
    for line in (*known.knows, *known.cannot_know, *known.decline):
        yield "persona.toml: knowledge", line
    for note in persona.lore:
        yield "knowledge", note.text
    for exchange in persona.voice:
        yield "persona.toml: voice", f"{exchange.user}\n{exchange.note}\n{exchange.reply}"
