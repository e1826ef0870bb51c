"""The models folder: what is there, what can be fetched into it, and fetching it so that nothing half is ever used.

Layout of the folder: finished models under their final names, ``.<target>.verified`` stamps, ``.<name>.lock`` files,
and ``staging/<name>/`` for what is on its way.
"""

import asyncio
import hashlib
import os
import shutil
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from filelock import AsyncFileLock

from bot.edges.models import child, hub, wheels
from bot.edges.models.checks import Stamp, require_gguf, sha256_of
from bot.edges.models.entries import ENTRIES, Built, Entry, HubFile, WheelFile, WheelFolder
from bot.errors import ModelDamaged, ModelMissing

Builder = Callable[[Path, Path], None]
"""Makes a model file (second path) from another one (first path)."""


class Progress(Protocol):
    """Told how a pull goes: ``done`` of ``total`` bytes of ``what`` (a name of the catalogue)."""

    def __call__(self, done: int, total: int, what: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Status:
    """How one model stands: ``path`` when ready, ``have`` bytes of it on disk, ``note`` what to do if anything."""

    entry: Entry
    state: Literal["ready", "absent", "partial", "damaged"]
    path: Path | None
    have: int
    note: str = ""


def free_bytes(folder: Path) -> int:
    return shutil.disk_usage(folder).free


class Catalogue:
    """Models by name, in one folder that several processes may share.

    ``builders`` maps the names of entries that are made here to what makes them; ``free`` says how many bytes a folder
    still takes.
    """

    def __init__(
        self,
        folder: Path,
        *,
        builders: Mapping[str, Builder],
        entries: Mapping[str, Entry] = ENTRIES,
        free: Callable[[Path], int] = free_bytes,
    ) -> None:
        self.folder = folder
        self.entries = entries
        self._builders = builders
        self._free = free

    def entry(self, name: str) -> Entry:
        """Raises ModelMissing, which lists the names there are."""
        if name in self.entries:
            return self.entries[name]
        names = ", ".join(self.entries)
        raise ModelMissing(f"There is no model called {name!r}. The names are: {names}; or give the path of a .gguf file.")

    def path(self, name: str) -> Path | None:
        """The ready file or folder; None when it must be pulled first.

        ``name`` may also be the path of a GGUF file or of an embedder's folder. Raises ModelDamaged when what is there
        is not what its hash says, ModelMissing when nothing goes by this name. Reads a file whole the first time.
        """
        if name not in self.entries and _is_path(name):
            return _given(Path(name))
        return self._ready(self.entry(name))

    def status(self, name: str) -> Status:
        """How a model of the catalogue stands; never raises for what is on the disk."""
        entry = self.entry(name)
        try:
            path = self._ready(entry)
        except ModelDamaged as fault:
            return Status(entry, "damaged", None, _bytes_of(self._target(entry)), str(fault))
        if path is not None:
            return Status(entry, "ready", path, _bytes_of(path))
        have = child.bytes_under(self._staging(entry))
        note = f"`oldfriend models pull {name}` goes on from there" if have else ""
        return Status(entry, "partial" if have else "absent", None, have, note)

    async def pull(self, name: str, progress: Progress) -> Path:
        """Fetch (or build) a model unless it is ready, and give its path.

        Two processes may pull at once: the second waits for the first. A damaged model is set aside as ``*.damaged``
        and fetched again. Raises ModelMissing (cannot be had now; what came is kept) or ModelDamaged (what came is not
        what it should be).
        """
        if name not in self.entries and _is_path(name):
            return _given(Path(name))
        entry = self.entry(name)
        self.folder.mkdir(parents=True, exist_ok=True)
        async with self._lock(entry):
            try:
                ready = await asyncio.to_thread(self._ready, entry)
            except ModelDamaged:
                self._set_aside(entry)
                ready = None
            return ready or await self._fetch(entry, progress)

    async def hub_reachable(self, within: float = 3.0) -> bool:
        """Does the model hub answer within this many seconds?"""
        return await hub.reachable(within)

    # -- what is there

    def _target(self, entry: Entry) -> Path:
        return self.folder / entry.target

    def _staging(self, entry: Entry) -> Path:
        return self.folder / "staging" / entry.name

    def _lock(self, entry: Entry) -> AbstractAsyncContextManager[object]:
        return AsyncFileLock(self.folder / f".{entry.name}.lock", thread_local=False)

    def _ready(self, entry: Entry) -> Path | None:
        target = self._target(entry)
        if not target.exists():
            return None
        stamp = Stamp(target)
        expected = _pinned(entry) or stamp.known()
        if not expected:
            return None  # a hub file that nobody vouched for: pull asks the hub for its hash
        found = {}
        for file, sha256 in expected.items():
            try:
                found[file] = stamp.hash_of(file)
            except OSError as fault:
                raise self._damaged(entry, f"{file or target.name} cannot be read ({fault.strerror})") from fault
            if found[file] != sha256:
                raise self._damaged(entry, f"{file or target.name} has another SHA-256 than it should")
        if stamp.known() != found:
            stamp.write(found)
        return target

    def _damaged(self, entry: Entry, why: str) -> ModelDamaged:
        return ModelDamaged(
            f"The model {entry.name} in {self._target(entry)} is damaged: {why}. `oldfriend models pull {entry.name}` "
            "sets it aside and fetches it again."
        )

    def _set_aside(self, entry: Entry) -> None:
        target = self._target(entry)
        aside = target.with_name(f"{target.name}.damaged")
        _remove(aside)
        os.replace(target, aside)
        Stamp(target).file.unlink(missing_ok=True)

    # -- fetching

    async def _fetch(self, entry: Entry, progress: Progress) -> Path:
        staging = self._staging(entry)
        staging.mkdir(parents=True, exist_ok=True)
        match entry.source:
            case WheelFile() as source:
                self._need_room(entry, entry.size + max(piece.size for piece in source.pieces), staging)
                staged = staging / entry.target
                await wheels.fetch_file(source, staged, _told(progress, entry.size, entry.name))
            case WheelFolder() as source:
                self._need_room(entry, 2 * entry.size, staging)
                staged = staging / entry.target
                await wheels.fetch_folder(source, staged, _told(progress, entry.size, entry.name))
            case HubFile() as source:
                return await self._fetch_hub(entry, source, staging, progress)
            case Built() as source:
                staged = await self._build(entry, source, staging, progress)
        return await self._install(entry, staged, _pinned(entry) or {"": await asyncio.to_thread(sha256_of, staged)})

    async def _fetch_hub(self, entry: Entry, source: HubFile, staging: Path, progress: Progress) -> Path:
        facts = await hub.facts(source)
        target = self._target(entry)
        if target.exists():  # put there by hand, or its stamp was lost
            if await asyncio.to_thread(sha256_of, target) == facts.sha256:
                Stamp(target).write({"": facts.sha256})
                return target
            self._set_aside(entry)
        self._need_room(entry, facts.size, staging)
        staged = await hub.fetch(source, staging, _told(progress, facts.size, entry.name))
        return await self._install(entry, staged, {"": facts.sha256})

    async def _build(self, entry: Entry, source: Built, staging: Path, progress: Progress) -> Path:
        base = await self.pull(source.base, progress)
        self._need_room(entry, entry.size, staging)
        staged = staging / entry.target
        staged.unlink(missing_ok=True)
        await asyncio.to_thread(self._builders[entry.name], base, staged)
        progress(entry.size, entry.size, entry.name)
        return staged

    def _need_room(self, entry: Entry, size: int, staging: Path) -> None:
        need, free = size - child.bytes_under(staging), self._free(self.folder)
        if free < need:
            raise ModelMissing(
                f"The model {entry.name} needs {need / 1e9:.1f} GB more on the disk of {self.folder}, and {free / 1e9:.1f} GB "
                "are free. Make room, or put the models elsewhere."
            )

    async def _install(self, entry: Entry, staged: Path, expected: Mapping[str, str]) -> Path:
        for file, sha256 in expected.items():
            if await asyncio.to_thread(sha256_of, staged / file if file else staged) != sha256:
                shutil.rmtree(self._staging(entry))
                raise ModelDamaged(
                    f"What was fetched for {entry.name} ({file or staged.name}) has another SHA-256 than it should, so it was "
                    f"thrown away. `oldfriend models pull {entry.name}` fetches it again."
                )
        target = self._target(entry)
        os.replace(staged, target)
        Stamp(target).write(expected)
        shutil.rmtree(self._staging(entry))
        return target


def _told(progress: Progress, total: int, what: str) -> Callable[[int], None]:
    def grown(done: int) -> None:
        progress(min(done, total), total, what)

    return grown


def _pinned(entry: Entry) -> dict[str, str]:
    match entry.source:
        case WheelFile(sha256=sha256):
            return {"": sha256}
        case WheelFolder(sha256=hashes, written=written):
            return {**hashes, **{file: hashlib.sha256(text.encode()).hexdigest() for file, text in written.items()}}
    return {}


def _is_path(name: str) -> bool:
    return name.endswith(".gguf") or os.sep in name


def _given(path: Path) -> Path:
    if not path.exists():
        raise ModelMissing(f"There is no model file {path}.")
    if path.is_file():
        require_gguf(path)
    elif not (path / "modules.json").exists():
        raise ModelDamaged(f"{path} is not a sentence-transformers folder: it has no modules.json.")
    return path


def _bytes_of(path: Path) -> int:
    return child.bytes_under(path) if path.is_dir() else path.stat().st_size


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
