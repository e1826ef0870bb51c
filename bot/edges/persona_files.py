"""Persona cards on disk: ``<folder>/<name>/persona.toml`` and ``prompt.md``, read again when they change."""

import logging
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.errors import PersonaError
from bot.mind.persona import Persona, read_card

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
        stamp = tuple(_stamp(home / file) for file in ("persona.toml", "prompt.md"))
        seen = self._seen.get(home.name)
        if seen is None or seen.stamp != stamp:
            seen = self._seen[home.name] = _load(home, stamp)
        return seen


def _load(home: Path, stamp: tuple[tuple[int, int], ...]) -> _Seen:
    try:
        card = tomllib.loads(_text(home / "persona.toml"))
        return _Seen(stamp, read_card(home.name, card, _text(home / "prompt.md")), "")
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
