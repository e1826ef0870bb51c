"""What must not be in the code at all. docs/security.md names the test of each other threat."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILES = [file for room in ("bot", "plugins", "personas") for file in sorted((ROOT / room).rglob("*.py"))]

MODULES = {"pickle", "cPickle", "dill", "marshal", "shelve", "telnetlib"}
CALLS = {"eval", "exec", "os.system", "os.popen", "yaml.load", "torch.load", "tempfile.mktemp"}
FORBIDDEN = {("shell", True), ("allow_pickle", True), ("trust_remote_code", True), ("weights_only", False), ("verify", False), ("ssl", False)}


def found(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names if name.name.partition(".")[0] in MODULES)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in MODULES:
            yield str(node.module)
        elif isinstance(node, ast.Call):
            if ast.unparse(node.func) in CALLS:
                yield ast.unparse(node.func)
            yield from (
                f"{word.arg}={word.value.value!r}" for word in node.keywords
                if isinstance(word.value, ast.Constant) and (word.arg, word.value.value) in FORBIDDEN
            )


def test_nothing_that_is_read_can_be_run() -> None:
    assert len(FILES) > 150
    assert {str(file.relative_to(ROOT)): what for file in FILES if (what := list(found(ast.parse(file.read_text(encoding="utf-8")))))} == {}


@pytest.mark.parametrize("code", ["import pickle", "from marshal import loads", "np.load(x, allow_pickle=True)", "eval('1')", "run(x, shell=True)"])
def test_it_would_be_found(code: str) -> None:
    assert list(found(ast.parse(code)))


def test_no_library_reports_to_its_maker(tmp_path: Path) -> None:
    silent = ("CI", "ORT_DISABLE_TELEMETRY", "ORT_RUNNING_UNIT_TESTS")  # with any of them onnxruntime is quiet by itself
    cache = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    environ = {name: value for name, value in os.environ.items() if name not in silent} | cache
    subprocess.run([sys.executable, "-c", "import bot, onnxruntime"], cwd=ROOT, env=environ, check=True, timeout=100)
    assert [file for file in tmp_path.rglob("*") if file.is_file()] == [], "where it keeps what it has to report"


def test_every_test_that_the_documents_name_is_there() -> None:
    named = [
        (file, test) for page in ("security", "operations")
        for file, test in re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", (ROOT / f"docs/{page}.md").read_text(encoding="utf-8"))
    ]
    assert len(named) > 50
    code = {file: (ROOT / file).read_text(encoding="utf-8") for file, _ in named}
    assert [f"{file}::{test}" for file, test in named if test and f"def {test}(" not in code[file]] == []
