"""Stamps: a hash is read once, and again when the file changed."""

import hashlib
import os
from pathlib import Path

import pytest

from bot.edges.models.checks import Stamp, require_gguf
from bot.errors import ModelDamaged


def _sha256(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def test_a_known_hash_is_not_read_again(tmp_path: Path) -> None:
    model = tmp_path / "model.gguf"
    model.write_bytes(b"one")
    Stamp(model).write({"": "remembered"})
    assert Stamp(model).hash_of("") == "remembered"


def test_a_changed_file_is_read(tmp_path: Path) -> None:
    model = tmp_path / "model.gguf"
    model.write_bytes(b"one")
    Stamp(model).write({"": "remembered"})
    model.write_bytes(b"other")
    assert Stamp(model).hash_of("") == _sha256(b"other")
    model.write_bytes(b"one")
    os.utime(model, ns=(1, 1))
    assert Stamp(model).hash_of("") == _sha256(b"one")


@pytest.mark.parametrize("junk", ["", "[]", "{", '{"": 3}', '{"": ["a", "b", "c"]}'])
def test_a_broken_stamp_is_no_stamp(tmp_path: Path, junk: str) -> None:
    model = tmp_path / "model.gguf"
    model.write_bytes(b"one")
    stamp = Stamp(model)
    stamp.file.write_text(junk)
    assert stamp.known() == {} and stamp.hash_of("") == _sha256(b"one")


def test_a_gguf_file_begins_as_one(tmp_path: Path) -> None:
    (tmp_path / "good.gguf").write_bytes(b"GGUF....")
    require_gguf(tmp_path / "good.gguf")
    (tmp_path / "bad.gguf").write_bytes(b"<html>")
    with pytest.raises(ModelDamaged, match="bad.gguf is not a GGUF"):
        require_gguf(tmp_path / "bad.gguf")
