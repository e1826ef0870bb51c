"""Persona cards on disk: ``<folder>/<name>/persona.toml``, ``prompt.md`` and ``knowledge/*.md``, read again when they change."""

import logging
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from bot.errors import PersonaError
from bot.mind.knowledge import read_notes
from bot.mind.persona import LoreNote, Persona, read_card

log = logging.getLogger(__name__)

_LARGEST = 200_000
"""Bytes of a file that is still taken for a card."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a folder held when it was last read."""

    stamp: tuple[tuple[int, int], ...]
    persona: Persona | None
    fault: str


class PersonaFiles:
    """The port ``Personas`` over a folder. An edited card is used from the next message on; a faulty one is reported once
    for each edit and leaves the others alone."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen: dict[str, _Seen] = {}

    def get(self, name: str) -> Persona | None:
        # Only what is listed is looked at: a name that somebody typed never becomes a path.
        if name not in self._folders():
            self._seen.pop(name, None)
            return None
        return self._read(self._folder / name).persona

    def names(self) -> tuple[str, ...]:
        return tuple(name for name in self._folders() if self.get(name) is not None)

    def faults(self) -> Mapping[str, str]:
        return {home: seen.fault for home in self._folders() if (seen := self._read(self._folder / home)).fault}

    def _folders(self) -> list[str]:
        return sorted(card.parent.name for card in self._folder.glob("*/persona.toml"))

    def _read(self, home: Path) -> _Seen:
        stamp = tuple(_stamp(file) for file in (home / "persona.toml", home / "prompt.md", *_knowledge(home)))
        seen = self._seen.get(home.name)
        if seen is None or seen.stamp != stamp:
            seen = self._seen[home.name] = _load(home, stamp)
        return seen


def load_card(home: Path) -> Persona:
    """Read one card from its folder. Raises PersonaError, and what reading files raises: OSError, ValueError."""
    card = tomllib.loads(_text(home / "persona.toml"))
    persona = read_card(home.name, card, _text(home / "prompt.md"), _notes(home))
    files = (persona.model.lora, persona.model.control_vector)
    missing = [f"persona.toml: model: there is no file {file} in the folder" for file in files if file and not _own_file(home, file)]
    if missing:
        raise PersonaError(home.name, missing)
    # What wears the card does not know its folder.
    placed = {key: str(home / file) for key, file in zip(("lora", "control_vector"), files, strict=True) if file}
    return replace(persona, model=replace(persona.model, **placed)) if placed else persona


def _own_file(home: Path, file: str) -> bool:
    """A file of the folder itself, not one reached through .. or a link."""
    path = home / file
    return path.is_file() and path.resolve().is_relative_to(home.resolve())


def _notes(home: Path) -> tuple[LoreNote, ...]:
    return tuple(note for file in _knowledge(home) for note in read_notes(_text(file)))


def _knowledge(home: Path) -> list[Path]:
    return sorted((home / "knowledge").glob("*.md"))


def _load(home: Path, stamp: tuple[tuple[int, int], ...]) -> _Seen:
    try:
        return _Seen(stamp, load_card(home), "")
    except PersonaError as fault:
        why = "; ".join(fault.faults)
    except tomllib.TOMLDecodeError as fault:
        why = f"persona.toml: {fault}"
    except UnicodeDecodeError as fault:
        why = f"the files must be UTF-8: {fault}"
    except OSError as fault:
        why = f"{Path(str(fault.filename)).name}: {fault.strerror}"
    except ValueError as fault:
        why = str(fault)
    log.error("persona %s cannot be used: %s", home.name, why)
    return _Seen(stamp, None, why)


def _text(path: Path) -> str:
    if path.stat().st_size > _LARGEST:
        raise ValueError(f"{path.name}: larger than {_LARGEST} bytes")
    return path.read_text(encoding="utf-8-sig")  # some editors begin a file with a mark of its encoding


def _stamp(path: Path) -> tuple[int, int]:
    """Time of the last change (ns) and size; zeros when it is not there."""
    try:
        status = path.stat()
    except OSError:
        return (0, 0)
    return (status.st_mtime_ns, status.st_size)
