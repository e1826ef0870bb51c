"""A small catalogue of hand-made models, and the wheels they lie in."""

import hashlib
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.edges.models import Catalogue, Entry
from bot.edges.models.entries import Built, HubFile, Piece, WheelFile, WheelFolder

PARTS = (b"GGUF" + b"a" * 996, b"b" * 1000, b"c" * 10)
FILES = {"model.onnx": b"weights", "sub/tokenizer.json": b"{}"}
HUB_FILE = b"GGUF" + bytes(range(256)) * 100_000  # several of the 10 MB chunks that a download is written in
HUB_REPO, HUB_NAME = "somebody/some-GGUF", "some-Q4.gguf"


def sha256(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def _entry(name: str, source: WheelFile | WheelFolder | HubFile | Built, size: int) -> Entry:
    role = "embedding" if isinstance(source, WheelFolder) else "chat"
    return Entry(name=name, what=f"the {name} model", role=role, target=f"{name}-target", source=source, size=size, ram=1)  # type: ignore[arg-type]  # role is one of the two


def _entries() -> dict[str, Entry]:
    pieces = tuple(Piece(f"toy-part{n}==1.0", f"toy_part{n}/data.bin", len(part)) for n, part in enumerate(PARTS))
    whole = b"".join(PARTS)
    folder = WheelFolder(
        "toy-folder==1.0", "toy_folder/model", {name: sha256(raw) for name, raw in FILES.items()}, {"modules.json": "[]"}
    )
    made = (
        _entry("joined", WheelFile(pieces, sha256(whole)), len(whole)),
        _entry("folder", folder, 9),
        _entry("hub", HubFile(HUB_REPO, HUB_NAME), len(HUB_FILE)),
        _entry("built", Built("joined"), len(whole) + 1),
    )
    return {entry.name: entry for entry in made}


def _build(base: Path, out: Path) -> None:
    out.write_bytes(base.read_bytes() + b"!")


def open_shop(folder: Path, free: Callable[[Path], int] = lambda _: 10**9) -> Catalogue:
    return Catalogue(folder, builders={"built": _build}, entries=_entries(), free=free)


class Wheelwright:
    """Makes wheels into a folder that pip is told to look in, and nowhere else."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        folder.mkdir()
        for name, value in {
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": folder.as_uri(),
            "PIP_CONFIG_FILE": "/dev/null",
            "PIP_NO_CACHE_DIR": "1",
        }.items():
            monkeypatch.setenv(name, value)

    def make(self, project: str, files: dict[str, bytes]) -> Path:
        info = f"{project}-1.0.dist-info"
        meta = {
            f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {project.replace('_', '-')}\nVersion: 1.0\n".encode(),
            f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
            f"{info}/RECORD": b"",
        }
        wheel = self.folder / f"{project}-1.0-py3-none-any.whl"
        with zipfile.ZipFile(wheel, "w") as archive:
            for name, raw in {**files, **meta}.items():
                archive.writestr(name, raw)
        return wheel

    def make_parts(self) -> list[Path]:
        return [self.make(f"toy_part{n}", {f"toy_part{n}/data.bin": part}) for n, part in enumerate(PARTS)]

    def make_folder(self) -> Path:
        return self.make(
            "toy_folder", {f"toy_folder/model/{name}": raw for name, raw in FILES.items()} | {"toy_folder/__init__.py": b"boom"}
        )


class Bar:
    """A Progress that remembers."""

    def __init__(self) -> None:
        self.told: list[tuple[int, int, str]] = []

    def __call__(self, done: int, total: int, what: str) -> None:
        self.told.append((done, total, what))
