"""Write locks/: everything that is installed, by exact version and sha256, for all platforms and Pythons in one.

What is locked stays at its version unless pyproject.toml forbids it; with ``--upgrade`` as argument everything becomes the newest
that fits. ``run.txt`` is what Oldfriend needs, ``dev.txt`` what its tests need beside, ``build.txt`` what compiles the two libraries
that come as sources, ``cuda.txt`` what the builds of torch for NVIDIA cards need and those for the processor do not.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

LOCKS = Path("locks")
UV = ".venv/lock/bin/uv"
RUN = ("pyproject.toml",)
TESTS = (*RUN, "--extra", "dev")
BUILD = ("--group", "build")
WINDOWS = "; sys_platform == 'win32'"  # it does not run there
CUDA = re.compile(r"nvidia-|cuda-|triton$")
HEAD = "# Written by `make lock`. pip is told to refuse every file whose sha256 is not here.\n"
TORCH = "torch-cpu.sha256"


def resolved(found: Path, *wanted: str) -> dict[str, str]:
    """Name -> its lines, of all that ``wanted`` needs; versions that stand in ``found`` are preferred. Writes ``found``."""
    options = ("--universal", "--no-annotate", "--no-header", "--quiet")
    subprocess.run([UV, "pip", "compile", *options, *wanted, "--output-file", str(found)], check=True, stdout=subprocess.DEVNULL)
    blocks = re.split(r"^(?=\S)", found.read_text(encoding="ascii"), flags=re.MULTILINE)
    return {re.split(r"[=\[]", block)[0]: block for block in blocks if block.strip() and WINDOWS not in block}


def _copy(found: Path) -> Path:
    return Path(shutil.copy(found, found.with_name("part.txt")))


def with_cpu_builds(torch: str) -> str:
    """The lines of torch, and the sums of its builds for the processor, which lie apart from the package index."""
    version = torch.partition("==")[2].split()[0]
    sums = [line.split() for line in (LOCKS / TORCH).read_text(encoding="ascii").splitlines() if not line.startswith("#")]
    if any(not name.startswith(f"torch-{version}+cpu-") for _, name in sums):
        sys.exit(f"{LOCKS / TORCH} is of another version than torch {version}: put the sums of that one there, then run this again")
    first, *hashes = torch.replace("\\", "").split("\n    ")
    every = sorted({found.strip() for found in hashes} | {f"--hash=sha256:{digest}" for digest, _ in sums})
    return " \\\n    ".join([first.strip(), *every]) + "\n"


def main(upgrade: bool) -> None:
    with TemporaryDirectory() as scratch:
        place = Path(scratch) / "found.txt"
        if not upgrade:
            place.write_text("".join(lock.read_text(encoding="ascii") for lock in sorted(LOCKS.glob("*.txt"))), encoding="ascii")
        whole = resolved(place, *TESTS, *BUILD, "--generate-hashes")
        run, tests, build = (resolved(_copy(place), *wanted).keys() for wanted in (RUN, TESTS, BUILD))
    whole["torch"] = with_cpu_builds(whole["torch"])
    cuda = {name for name in whole if CUDA.match(name)}
    for file, names in {"run": run - cuda, "dev": tests - run, "build": build, "cuda": cuda}.items():
        (LOCKS / f"{file}.txt").write_text(HEAD + "".join(whole[name] for name in sorted(names)), encoding="ascii")
        sys.stdout.write(f"{LOCKS / file}.txt: {len(names)}\n")


if __name__ == "__main__":
    main("--upgrade" in sys.argv[1:])
