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
    told = json.loads(oldfriend(*arguments, "--strength", "2", "--json").stdout)
    assert told["chosen"]["strength"] == 2 and told["chosen"]["layers"] == [1, 2] and (tmp_path / "sam" / "steer.gguf").is_file()
    assert card.read_text() == text
    shown = oldfriend(*arguments, "--strength", "2", "--wear").stdout
    assert "Distance from the card" in shown and tomllib.loads(card.read_text())["model"]["control_vector"] == "steer.gguf"
    assert "good" in oldfriend("persona", "check", "sam", "--personas", str(tmp_path)).stdout


def test_what_cannot_be_steered(oldfriend: Command, dense: Path, tmp_path: Path) -> None:
    oldfriend("persona", "new", "sam", "--personas", str(tmp_path))
    for more, why in ((("--model", str(dense), "--layers", "x"), "like 10-20"), ((), "For which model"), (("--model", str(tmp_path / "no.gguf")), "no file")):
        result = oldfriend("persona", "steer", "sam", "--personas", str(tmp_path), *more)
        assert result.exit_code == 3 and why in result.stderr
    assert oldfriend("persona", "steer", "nobody", "--personas", str(tmp_path)).exit_code == 2


def test_an_adapter_beside_the_card(oldfriend: Command, dense: Path, tmp_path: Path) -> None:
    oldfriend("persona", "new", "sam", "--personas", str(tmp_path))
    (tmp_path / "more.txt").write_text("hello\nAye, ahoy!\n\nhow are you\nWindy, matey!\n")
    arguments = ("persona", "train", "sam", "--personas", str(tmp_path), "--model", str(dense), "--more", str(tmp_path / "more.txt"), "--steps", "2", "--rank", "1")
    told = json.loads(oldfriend(*arguments, "--json").stdout)
    assert told["examples"] >= 4 and (tmp_path / "sam" / "adapter.gguf").is_file()
    assert "examples held back" in oldfriend(*arguments, "--wear").stdout
    assert tomllib.loads((tmp_path / "sam" / "persona.toml").read_text())["model"]["lora"] == "adapter.gguf"
    (tmp_path / "more.txt").write_text("hello\n")
    assert oldfriend(*arguments).exit_code == 3
