"""``oldfriend persona steer`` on a model of noise."""

import json
import tomllib
from pathlib import Path

from tests.cli.conftest import Command
from tests.moe.conftest import dense

__all__ = ["dense"]


def test_a_vector_beside_the_card(oldfriend: Command, dense: Path, tmp_path: Path) -> None:
    oldfriend("persona", "new", "sam", "--personas", str(tmp_path))
    card = tmp_path / "sam" / "persona.toml"
    text = card.read_text() + "".join(f'\n[[voice]]\nuser = "hello {n}"\nreply = "Aye, {n} times ahoy!"\n' for n in range(4))
    card.write_text(text)
    arguments = ("persona", "steer", "sam", "--personas", str(tmp_path), "--model", str(dense), "--limit", "10")
    told = json.loads(oldfriend(*arguments, "--strength", "0.5", "--json").stdout)
    assert told["layers"] == [1, 2] and told["chosen"]["strength"] == 0.5 and (tmp_path / "sam" / "steer.gguf").is_file()
    assert card.read_text() == text
    shown = oldfriend(*arguments, "--strength", "0.5", "--wear").stdout
    assert "towards the persona" in shown and tomllib.loads(card.read_text())["model"]["control_vector"] == "steer.gguf"
    assert "good" in oldfriend("persona", "check", "sam", "--personas", str(tmp_path)).stdout


def test_what_cannot_be_steered(oldfriend: Command, dense: Path, tmp_path: Path) -> None:
    oldfriend("persona", "new", "sam", "--personas", str(tmp_path))
    for more, why in ((("--model", str(dense), "--layers", "x"), "like 10-20"), ((), "Which model"), (("--model", str(tmp_path / "no.gguf")), "no file")):
        result = oldfriend("persona", "steer", "sam", "--personas", str(tmp_path), *more)
        assert result.exit_code == 3 and why in result.stderr
    assert oldfriend("persona", "steer", "nobody", "--personas", str(tmp_path)).exit_code == 2
