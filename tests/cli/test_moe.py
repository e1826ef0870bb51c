"""``oldfriend moe`` on small files made here."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Command
from tests.moe.conftest import dense, dense_qwen, known_routing, mixture

__all__ = ["dense", "dense_qwen", "known_routing", "mixture"]


def test_help_leads_to_every_command(oldfriend: Command) -> None:
    shown = oldfriend("moe", "--help").stdout
    for word in ("inspect", "plan", "profile", "compare", "warm-start", "prune", "merge", "random", "docs/models.md"):
        assert word in shown


def test_inspect(oldfriend: Command, mixture: Path) -> None:
    shown = oldfriend("moe", "inspect", str(mixture), "--people", "3").stdout
    for word in ("4 in each layer, of which 2 work", "Q8_0", "routers", "0 to 2", "Memory for 3 at a time"):
        assert word in shown
    told = json.loads(oldfriend("moe", "inspect", str(mixture), "--context", "1000", "--people", "3", "--json").stdout)
    assert (told["experts"], told["used"], len(told["layers"])) == (4, 2, 3)
    assert told["memory"]["f16"]["cache"] == 3000 * told["kv_bytes"]


def test_inspect_a_dense_model(oldfriend: Command, dense: Path) -> None:
    assert "none: a dense model" in oldfriend("moe", "inspect", str(dense)).stdout


@pytest.mark.parametrize(("name", "why"), [("no.gguf", "no file"), ("broken.gguf", "cannot be read"), ("olmoe", "neither a file nor"), ("nothing", "neither a file nor")])
def test_inspect_what_is_not_there(oldfriend: Command, tmp_path: Path, name: str, why: str) -> None:
    (tmp_path / "broken.gguf").write_bytes(b"GGUF" * 50)
    result = oldfriend("moe", "inspect", str(tmp_path / name) if name.endswith("gguf") else name)
    assert result.exit_code == 3 and result.stdout == ""
    assert why in result.stderr


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    """Texts of two labels, each of one letter, that two pairs of experts divide between them."""
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "letter.d.txt").write_text("dddddddddddd\ndddddddddd\ndddd\n")
    (folder / "letter.f.txt").write_text("ffffffffffff\nffffffffff\nffff\n")
    return folder


def test_profile(oldfriend: Command, known_routing: Path, letters: Path, tmp_path: Path) -> None:
    shown = oldfriend("moe", "profile", str(known_routing), str(letters), "--png", str(tmp_path / "map.png")).stdout
    assert "0+1" in shown and "letter" in shown and (tmp_path / "map.png").stat().st_size > 1000
    told = json.loads(oldfriend("moe", "profile", str(known_routing), str(letters), "--json").stdout)
    assert told["tokens"] == 52 and [layer["idle"] for layer in told["layers"]] == [0, 0, 0]
    assert {(row["label"], row["expert"]) for row in told["specialists"]} <= {("d", 0), ("d", 1), ("f", 2), ("f", 3)}


def test_profile_a_dense_model(oldfriend: Command, dense: Path) -> None:
    result = oldfriend("moe", "profile", str(dense))
    assert result.exit_code == 3 and "dense model" in result.stderr


def test_warm_start(oldfriend: Command, dense: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.gguf"
    shown = oldfriend("moe", "warm-start", str(dense), "--out", str(out), "--experts", "3").stdout
    assert "3, of which 2 work on a token" in shown and shown.count("the same, bit by bit") == 2 and shown.count("8 of 8") == 3
    arguments = ("--experts", "3", "--used", "1", "--layers", "1-2", "--share", "--json")
    told = json.loads(oldfriend("moe", "warm-start", str(dense), "--out", str(out), *arguments).stdout)
    assert (told["experts"], told["used"], told["dense_layers"], told["same_answers"]["working"]["texts"]) == (3, 1, 1, 8)
    assert not told["same_answers"]["exact"]
    assert told["bytes"] < out.stat().st_size


def test_warm_start_with_routers_for_texts(oldfriend: Command, dense_qwen: Path, letters: Path, mixture: Path, tmp_path: Path) -> None:
    arguments = ("moe", "warm-start", str(dense_qwen), "--out", str(tmp_path / "out.gguf"), "--experts", "2", "--json")
    told = json.loads(oldfriend(*arguments, "--router", "prompts", "--prompts", str(letters)).stdout)
    assert told["experts_for"] == ["d", "f"] and set(told["sent_right"].values()) == {1.0} and told["same_answers"]["alone"]["apart"] == 0
    told = json.loads(oldfriend(*arguments, "--router", "from", "--from", str(mixture)).stdout)
    assert told["same_answers"]["working"]["texts"] == told["same_answers"]["turned"]["of_texts"] == 8
    told = json.loads(oldfriend(*arguments, "--expert", str(dense_qwen)).stdout)
    assert told["same_answers"] is None


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--layers", "0-1"], "let the range end at 2"), (["--layers", "2-9"], "has layers 0 to 2"), (["--layers", "x"], "has to be like"),
        (["--used", "5"], "between 1 and 4"), (["--router", "from"], "needs --from"), (["--router", "prompts", "--experts", "20"], "20 experts need"),
    ],
)  # fmt: skip
def test_warm_starts_that_cannot_be(oldfriend: Command, dense: Path, tmp_path: Path, arguments: list[str], why: str) -> None:
    result = oldfriend("moe", "warm-start", str(dense), "--out", str(tmp_path / "out.gguf"), *arguments)
    assert result.exit_code == 3 and why in result.stderr
    assert not (tmp_path / "out.gguf").exists()


@pytest.mark.parametrize("command", ["prune", "merge"])
def test_fewer_experts(oldfriend: Command, mixture: Path, tmp_path: Path, command: str) -> None:
    out = tmp_path / "fewer.gguf"
    shown = oldfriend("moe", command, str(mixture), "--keep", "3", "--out", str(out)).stdout
    assert "3, of which 2 work" in shown and "price:" in shown
    told = json.loads(oldfriend("moe", command, str(mixture), "--keep", "1", "--out", str(out), "--json").stdout)
    assert told["experts"] == [4, 1] and told["used"] == [2, 1] and told["price"] > -1
    assert json.loads(oldfriend("moe", "inspect", str(out), "--json").stdout)["experts"] == 1


def test_fewer_experts_where_that_cannot_be(oldfriend: Command, mixture: Path, tmp_path: Path) -> None:
    for keep, out, why in (("4", tmp_path / "x.gguf", "between 1 and 3"), ("1", mixture, "written over")):
        result = oldfriend("moe", "prune", str(mixture), "--keep", keep, "--out", str(out))
        assert result.exit_code == 3 and why in result.stderr


def test_plan(oldfriend: Command, mixture: Path, home: Path) -> None:
    arguments = ("moe", "plan", str(mixture), "--people", "3", "--no-speed")
    shown = oldfriend(*arguments, "--memory", "8").stdout
    assert "it fits" in shown and "cells = 1536" in shown and "--write puts this" in shown
    (home / "oldfriend.toml").write_text("[persona]\ndefault = \"noor\"\n")
    result = oldfriend(*arguments, "--write")
    assert result.exit_code == 2 and "context_tokens" in result.stderr  # 512 is less than the settings allow
    assert (home / "oldfriend.toml").read_text() == "[persona]\ndefault = \"noor\"\n"


def test_plan_writes_settings_that_are_good(oldfriend: Command, home: Path, tmp_path: Path) -> None:
    from dataclasses import replace

    from bot.config import load
    from bot.moe.noise import write_noise
    from tests.moe.conftest import TINY

    write_noise(replace(TINY, context=4096), file := tmp_path / "long.gguf")
    told = json.loads(oldfriend("moe", "plan", str(file), "--no-speed", "--write", "--json").stdout)
    settings = load(None, {"OLDFRIEND_HOME": str(home)}, None)
    assert settings.model.name == str(file) and settings.model.cells == told["settings"]["cells"] == 16384
    assert told["written"] == str(home / "oldfriend.toml") and [row["on_gpu"] for row in told["places"]] == [0] * len(told["places"])


def test_plan_for_a_model_that_is_not_here(oldfriend: Command) -> None:
    fits = {memory: oldfriend("moe", "plan", "qwen3-30b-a3b", "--memory", memory, "--no-speed") for memory in ("16", "24")}
    assert fits["16"].exit_code == 3 and "does NOT fit" in fits["16"].stdout
    assert fits["24"].exit_code == 0 and "it fits" in fits["24"].stdout
    for option in ("--write", "--measure"):
        result = oldfriend("moe", "plan", "olmoe-1b-7b", option)
        assert result.exit_code == 3 and "is not here" in result.stderr


def test_random(oldfriend: Command, tmp_path: Path) -> None:
    for shape, why in (("nothing", "granite-1b-a400m"), ("olmoe-1b-7b:Q2_X", "Q8_0")):
        result = oldfriend("moe", "random", shape, "--out", str(tmp_path / "x.gguf"))
        assert result.exit_code == 3 and why in result.stderr


def test_compare_with_dense_models(oldfriend: Command, mixture: Path, dense: Path, tmp_path: Path) -> None:
    arguments = ("--people", "2", "--context", "64", "--seconds", "0.1", "--busy", "--keep", str(tmp_path / "kept"))
    told = json.loads(oldfriend("moe", "compare", str(mixture), *arguments, "--json").stdout)
    ours, whole, active = told.values()
    assert ours["parameters"] == pytest.approx(whole["parameters"], rel=0.01) and ours["active"] == pytest.approx(active["parameters"], rel=0.01)
    assert min(speed["alone"] for speed in told.values()) > 0
    assert whole["mixture_is_as_fast"]["alone"] == pytest.approx(ours["alone"] / whole["alone"])
    kept = {file: file.stat().st_mtime_ns for file in (tmp_path / "kept").iterdir()}
    shown = oldfriend("moe", "compare", str(mixture), *arguments, "--beside", str(dense)).stdout
    assert "same in all" in shown and "alone" in shown and "so many times as fast" in shown and "dense  " in shown
    assert len(kept) == 2 and kept == {file: file.stat().st_mtime_ns for file in (tmp_path / "kept").iterdir()}
    assert oldfriend("moe", "compare", str(dense), *arguments).exit_code == 3
