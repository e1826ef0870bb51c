"""What fits into a computer, and with which settings. Pure."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.moe.anatomy import Anatomy
from bot.moe.memory import KV_SHARE, Memory, cells_for, memory

BESIDE = 1_500_000_000
"""Bytes for what runs beside the model: the system, the companion, and the models that find memories and read feelings."""
_LEAST_CONTEXT = 1024  # a persona and a few turns
_Q8_FROM = 0.25  # of the memory: a cache that takes more is kept as q8_0, as the engine does by itself
_MOST_AT_ONCE = 16
_CHUNK = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """``memory`` and ``gpu`` in bytes: all of the main memory, and what is free on graphics cards."""

    memory: int
    cores: int
    gpu: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """``settings`` are keys of ``[model]``."""

    fits: bool
    people: int
    context: int
    cells: int
    memory: Memory
    room: int
    """Bytes that the model may take."""
    settings: Mapping[str, int | str]
    notes: tuple[str, ...]


def plan(model: Anatomy, machine: Machine, *, people: int, context: int, name: str) -> Plan:
    """The best that fits: first the cache is quantised, then it is shared more tightly, then conversations become shorter.

    ``name`` is what ``model.name`` will be.
    """
    room = machine.memory - BESIDE + machine.gpu
    tried = list(_ways(model, people, context))
    way = next((way for way in tried if _needed(model, way).total <= room and not _too_much_cache(model, way, machine)), None)
    way = way or next((way for way in tried if _needed(model, way).total <= room), None)
    fits, (length, cells, kind) = way is not None, way or tried[-1]
    needed = _needed(model, (length, cells, kind))
    settings: dict[str, int | str] = {
        "name": name, "context_tokens": length, "threads": machine.cores, "parallel": min(max(people, 1), _MOST_AT_ONCE), "batch": _CHUNK, "cells": cells,
        "kv_type": kind, "mmap": "on",
    }  # fmt: skip
    return Plan(
        fits=fits, people=people, context=length, cells=cells, memory=needed, room=room, settings=settings,
        notes=tuple(_notes(model, room, fits, length, cells, people, context)),
    )  # fmt: skip


_Way = tuple[int, int, str]
"""Tokens of a conversation, of the cache, and how it is kept."""


def _ways(model: Anatomy, people: int, context: int) -> Iterator[_Way]:
    """From what was asked for down."""
    length = min(context, model.trained_context or context)
    while True:
        for crowd in dict.fromkeys((people, max(people // 2, 2), 2)):
            yield from ((length, cells_for(length, crowd), kind) for kind in KV_SHARE)
        if length <= _LEAST_CONTEXT:
            return
        length = max(length // 2, _LEAST_CONTEXT)


def _needed(model: Anatomy, way: _Way) -> Memory:
    return memory(model, cells=way[1], kv_type=way[2])


def _too_much_cache(model: Anatomy, way: _Way, machine: Machine) -> bool:
    return way[2] == "f16" and _needed(model, way).cache > _Q8_FROM * machine.memory


def _notes(model: Anatomy, room: int, fits: bool, length: int, cells: int, people: int, context: int) -> Iterator[str]:
    if not fits:
        yield (
            f"It does not fit: weights of {model.bytes / 1e9:.1f} GB and {room / 1e9:.1f} GB of room. It would run, reading from the disk for every "
            "word, and be of no use. Take a smaller model, or a stronger quantisation of this one."
        )
        return
    if model.trained_context and context > model.trained_context:
        yield f"The model was trained for {model.trained_context} tokens, so conversations are no longer than that."
    elif length < context:
        yield f"There is no room for conversations of {context} tokens; they have {length}."
    if cells < cells_for(length, people):
        yield f"The cache holds {cells} tokens, not {cells_for(length, people)}: long talks of {people} people are fetched back from main memory when they go on."


def as_toml(settings: Mapping[str, int | str]) -> str:
    """The lines of ``[model]``."""
    return "\n".join(["[model]", *(f"{key} = {_value(value)}" for key, value in settings.items())]) + "\n"


def put_settings(text: str, settings: Mapping[str, int | str]) -> str:
    """``text`` of a settings file with these keys of ``[model]`` changed or added. All else stays as it is, comments too."""
    lines = text.splitlines()
    begin = next((place for place, line in enumerate(lines) if re.match(r"\s*\[model\]", line)), None)
    if begin is None:
        return (text.rstrip() + "\n\n" if text.strip() else "") + as_toml(settings)
    end = next((place for place in range(begin + 1, len(lines)) if re.match(r"\s*\[", lines[place])), len(lines))
    section = lines[begin + 1 : end]
    for key, value in settings.items():
        written = f"{key} = {_value(value)}"
        at = next((place for place, line in enumerate(section) if re.match(rf"\s*{key}\s*=", line)), None)
        if at is None:
            section.insert(sum(1 for line in section if re.match(r"\s*\w+\s*=", line)) and _after_last_key(section), written)
        else:
            section[at] = written
    return "\n".join([*lines[: begin + 1], *section, *lines[end:]]) + "\n"


def _after_last_key(section: list[str]) -> int:
    return 1 + max(place for place, line in enumerate(section) if re.match(r"\s*\w+\s*=", line))


def _value(value: int | str) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else str(value)
