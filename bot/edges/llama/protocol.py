"""What the companion and the worker process say to each other: one JSON object a line, each a frozen value here.

Requests go down the worker's standard input, replies come up its standard output; ``id`` pairs them. A worker ends
when its standard input does.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

Chat = tuple[tuple[str, str], ...]
"""(role, content) pairs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Generate:
    """Answer with Waiting, Begun, Alive and Text, then Done."""

    id: int
    chat: Chat
    max_tokens: int
    temperature: float
    top_k: int
    top_p: float
    min_p: float
    repeat_penalty: float
    seed: int
    repeatable: bool
    """The answer must be the same each time, also where that takes longer."""
    stop: tuple[str, ...]
    opening: str
    """What the answer begins with; only what follows it is told."""
    schema: Mapping[str, Any] | None
    background: bool
    owner: str
    adapter: str
    seconds: float | None
    scored: bool
    """Text is to come with the log probability of its tokens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choose:
    """Answer with Begun and Alive, then Done with the probabilities."""

    id: int
    chat: Chat
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """Answer with Counted, at once, whatever else is going on."""

    id: int
    chat: Chat


@dataclass(frozen=True, slots=True, kw_only=True)
class Forget:
    """Drop what is kept for this owner and for nobody in particular; answer with Done."""

    id: int
    owner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancel:
    """Stop this request at its next token; its Done follows, unless it was there already."""

    id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Loading:
    """Sign of life while the model is read: the part done, 0 to 1."""

    part: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """The model is loaded; requests may be sent from now on."""

    name: str
    context_tokens: int
    architecture: str
    experts: int
    note: str = ""
    """What had to be given up to load it at all, for a person; mostly nothing."""
    kv_type: str = "f16"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unloadable:
    """The model cannot be loaded; the worker ends."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Alive:
    """Sign of life of a request: a chunk of its prompt or a token without text was worked on."""

    id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """The request is in line; ``ahead`` others come before it. 0 once it is its turn."""

    id: int
    ahead: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """Its prompt of so many tokens is read from now on, but for those ``at_hand`` already."""

    id: int
    prompt: int
    at_hand: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """``log_probability`` is the sum over the tokens drawn since the last Text, for scored requests."""

    id: int
    piece: str
    log_probability: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    id: int
    tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    id: int
    probabilities: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The request cannot be fulfilled; ``why`` is for a person."""

    id: int
    why: str


Request = Generate | Choose | Count | Forget | Cancel
Reply = Loading | Ready | Unloadable | Alive | Waiting | Begun | Text | Counted | Done | Refused

_REQUESTS = {kind.__name__: kind for kind in (Generate, Choose, Count, Forget, Cancel)}
_REPLIES = {kind.__name__: kind for kind in (Loading, Ready, Unloadable, Alive, Waiting, Begun, Text, Counted, Done, Refused)}


def encode(value: Request | Reply) -> bytes:
    """One line, newline included; pure ASCII, so that no reader ever splits a character."""
    return json.dumps({"is": type(value).__name__, **asdict(value)}).encode("ascii") + b"\n"


def decode_request(line: bytes) -> Request:
    fields = json.loads(line)
    for name in ("stop", "options"):
        if name in fields:
            fields[name] = tuple(fields[name])
    if "chat" in fields:
        fields["chat"] = tuple((role, content) for role, content in fields["chat"])
    return _REQUESTS[fields.pop("is")](**fields)


def decode_reply(line: bytes) -> Reply:
    fields = json.loads(line)
    if "probabilities" in fields:
        fields["probabilities"] = tuple(fields["probabilities"])
    return _REPLIES[fields.pop("is")](**fields)
