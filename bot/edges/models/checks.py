"""Is a model file what it should be? Hashes are remembered, so that a start need not read a gigabyte again."""

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path

from bot.errors import ModelDamaged

_CHUNK = 1 << 20
_GGUF_MAGIC = b"GGUF"


def sha256_of(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def require_gguf(path: Path) -> None:
    """Raise ModelDamaged unless the file begins as a GGUF file does."""
    with path.open("rb") as file:
        if file.read(len(_GGUF_MAGIC)) != _GGUF_MAGIC:
            raise ModelDamaged(f"{path} is not a GGUF model file. Give the path of one, or a name of `oldfriend models list`.")


class Stamp:
    """The hashes last seen in the files of one model, beside it in a hidden file.

    A hash counts as long as size and modification time of its file are the same.
    """

    def __init__(self, target: Path) -> None:
        self._target = target
        self.file = target.with_name(f".{target.name}.verified")

    def known(self) -> dict[str, str]:
        """Hash by file name, as recorded; empty when nothing was recorded."""
        return {name: sha256 for name, (_, _, sha256) in self._read().items()}

    def hash_of(self, name: str) -> str:
        """Hash of one file of the model (``""`` for a model that is one file); reads it only when it changed."""
        path = self._target / name if name else self._target
        facts = path.stat()
        size, changed, sha256 = self._read().get(name, (-1, -1, ""))
        return sha256 if (size, changed) == (facts.st_size, facts.st_mtime_ns) else sha256_of(path)

    def write(self, hashes: Mapping[str, str]) -> None:
        """Record these hashes for the files as they now are."""
        rows = {}
        for name, sha256 in hashes.items():
            facts = (self._target / name if name else self._target).stat()
            rows[name] = (facts.st_size, facts.st_mtime_ns, sha256)
        fresh = self.file.with_name(f"{self.file.name}.new")
        fresh.write_text(json.dumps(rows))
        os.replace(fresh, self.file)

    def _read(self) -> dict[str, tuple[int, int, str]]:
        try:
            rows = json.loads(self.file.read_text())
            return {name: (int(size), int(changed), str(sha256)) for name, (size, changed, sha256) in rows.items()}
        except (OSError, ValueError, TypeError, AttributeError):
            return {}  # a stamp is only a shortcut: without it the file is read
