"""Everything that is installed is locked, and what was tampered with is not installed."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def locked(*names: str) -> dict[str, str]:
    """Name -> version."""
    lines = "".join((ROOT / "locks" / f"{name}.txt").read_text(encoding="ascii") for name in names)
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", lines, flags=re.MULTILINE))


@pytest.mark.parametrize("file", sorted((ROOT / "locks").glob("*.txt")), ids=lambda file: file.stem)
def test_each_has_a_version_and_sums_and_names_no_place(file: Path) -> None:
    for entry in re.split(r"^(?=[a-z])", file.read_text(encoding="ascii"), flags=re.MULTILINE)[1:]:
        first, *rest = entry.replace("\\", "").splitlines()
        assert re.fullmatch(r"[a-z0-9-]+==[\w.]+( ; [\w .='()<>!]+)? ?", first)
        assert rest
        assert all(re.fullmatch(r"    --hash=sha256:[0-9a-f]{64} ?", line) for line in rest), first


@pytest.mark.parametrize(("wanted", "locks"), [
    (PROJECT["project"]["dependencies"], ["run"]),
    (PROJECT["project"]["optional-dependencies"]["dev"], ["run", "dev"]),
    (PROJECT["dependency-groups"]["build"], ["build"]),
])
def test_what_the_project_asks_for_is_locked(wanted: list[str], locks: list[str]) -> None:
    for requirement in map(Requirement, wanted):
        assert locked(*locks)[canonicalize_name(requirement.name)] in requirement.specifier


def test_the_builds_of_torch_for_the_processor_are_those_of_the_locked_version() -> None:
    sums = (ROOT / "locks" / "torch-cpu.sha256").read_text(encoding="ascii").splitlines()[2:]
    lock = (ROOT / "locks" / "run.txt").read_text(encoding="ascii")
    for digest, file in map(str.split, sums):
        assert file.startswith(f"torch-{locked('run')['torch']}+cpu-")
        assert f"sha256:{digest}" in lock


def test_what_is_installed_here_is_what_is_locked() -> None:
    wanted = locked("run", "dev", "build")
    here = {str(canonicalize_name(found.metadata["Name"])): found.version.partition("+")[0] for found in distributions()}
    assert {name: here[name] for name in wanted if name in here} == {name: version for name, version in wanted.items() if name in here}


@pytest.mark.parametrize("tampered", [False, True])
def test_a_file_that_is_not_what_was_locked_stops_the_install(tmp_path: Path, tampered: bool) -> None:
    wheel = tmp_path / "small-1-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("small.py", "")
        archive.writestr("small-1.dist-info/METADATA", "Metadata-Version: 2.1\nName: small\nVersion: 1\n")
        archive.writestr("small-1.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr("small-1.dist-info/RECORD", "")
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    if tampered:
        with zipfile.ZipFile(wheel, "a") as archive:
            archive.writestr("worse.py", "")
    (tmp_path / "locks").mkdir()
    (tmp_path / "locks" / "build.txt").write_text(f"small==1 \\\n    --hash=sha256:{digest}\n", encoding="ascii")
    shutil.copytree(ROOT / ".ci", tmp_path / ".ci")
    (tmp_path / "venv" / "bin").mkdir(parents=True)
    python = tmp_path / "venv" / "bin" / "python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', encoding="utf-8")
    python.chmod(0o700)
    places = {"VENV": str(tmp_path / "venv"), "PIP_TARGET": str(tmp_path / "here"), "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(tmp_path), "PIP_CONFIG_FILE": os.devnull}
    done = subprocess.run(["sh", ".ci/install"], cwd=tmp_path, env={**os.environ, **places}, capture_output=True, text=True, check=False)
    assert (tmp_path / "here" / "small.py").exists() is not tampered
    assert ("DO NOT MATCH THE HASHES" in done.stderr and "what it was sent is not what was locked" in done.stderr) is tampered
    assert done.returncode
