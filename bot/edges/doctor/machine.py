"""Python, the compiler, memory and room on the disk."""

import importlib.util
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil

from bot.edges.doctor.finding import Finding

GB = 1_000_000_000
_COMPILED = ("llama_cpp", "hnswlib")
"""What pip compiles on this computer."""


def check_machine(home: Path, models: Path) -> Iterator[Finding]:
    """``home`` and ``models`` are folders; they need not be there yet."""
    yield _python()
    yield _compiler()
    yield _memory()
    yield _disk("home", home, warn=1 * GB, fail=100_000_000)
    yield _disk("models folder", models, warn=3 * GB, fail=200_000_000)


def _python() -> Finding:
    found = f"Python {sys.version.split()[0]}"
    if sys.version_info < (3, 11):
        return Finding("python", "fail", found, "install Python 3.11 or newer and run `make clean run`")
    return Finding("python", "ok", found)


def _compiler() -> Finding:
    compiler = next((path for name in (os.environ.get("CXX", "c++"), "g++", "clang++") if (path := shutil.which(name))), None)
    if compiler:
        return Finding("compiler", "ok", compiler)
    fix = "xcode-select --install" if sys.platform == "darwin" else "sudo apt install build-essential"
    missing = [name for name in _COMPILED if importlib.util.find_spec(name) is None]
    if missing:
        return Finding("compiler", "fail", f"none, and {' and '.join(missing)} must be compiled", f"{fix}, then `make run`")
    return Finding("compiler", "warn", "none; all that needs one is installed already", f"{fix}, before the next update")


def _memory() -> Finding:
    total = psutil.virtual_memory().total
    found = f"{total / GB:.1f} GB, {psutil.virtual_memory().available / GB:.1f} GB of it free"
    if total < 3 * GB:
        return Finding("memory", "warn", found, "set model.name = \"tiny\" in oldfriend.toml; do not expect much of it")
    return Finding("memory", "ok", found)


def _disk(what: str, folder: Path, *, warn: int, fail: int) -> Finding:
    """Room and permission, asked of the nearest folder that is there."""
    there = next((place for place in (folder, *folder.parents) if os.path.lexists(place)), folder)
    if not there.is_dir():
        return Finding(what, "fail", f"{there} is no folder", "move it out of the way, or choose another folder")
    if not os.access(there, os.W_OK | os.X_OK):
        return Finding(what, "fail", f"{there} cannot be written to", f"sudo chown -R $(id -un) {there}")
    free = shutil.disk_usage(there).free
    found = f"{folder}, {free / GB:.1f} GB free"
    if free < warn:
        return Finding(what, "fail" if free < fail else "warn", found, "make room on this disk, or choose another folder")
    return Finding(what, "ok", found)
