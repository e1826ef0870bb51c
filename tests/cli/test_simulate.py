"""``oldfriend simulate``."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.commands import app
from bot.commands.world_rules import Witness
from tests.evals.test_restraint_world import LIFE, START, at


def test_a_world_is_lived_and_judged(tmp_path: Path) -> None:
    world = tmp_path / "world.jsonl"
    world.write_text(json.dumps(LIFE) + "\n")
    result = CliRunner().invoke(app, ["simulate", str(world)])
    assert result.exit_code == 0, result.output
    assert "u0 (Europe/Berlin, opted in)" in result.output
    assert "Wed 04 Mar 2026 14:00  follow_up" in result.output
    assert "rules broken: 0" in result.output and "coverage: 100.0" in result.output


def send(at: str, **change: object) -> dict[str, object]:
    return {"user": "u0", "at": at, "event": "chemistry", "kind": "follow_up", "text": "How was it?", "reason": "You told me."} | change


@pytest.mark.parametrize(("sends", "rule"), [
    ([send(at(2, 8))], "before it happened"),
    ([send(at(2, 18)), send(at(3, 10))], "twice about it"),
    ([send(at(2, 18)), send(at(2, 21), kind="care")], "six hours between"),
    ([send(at(2, 22))], "quiet hours"),
    ([send(at(6, 10))], "stale"),
    ([send(at(10, 18), event="biology")], "deleted or told already"),
    ([send(at(14, 18), event="history")], "not wanted"),
    ([send(at(2, 18), text="How? Why?")], "two questions"),
    ([send((START + timedelta(days=5, hours=8, minutes=10)).isoformat(), event="physics", kind="care")], "in a conversation"),
])
def test_what_breaks_a_rule_is_seen(sends: list[dict[str, object]], rule: str) -> None:
    assert rule in Witness(LIFE, sends).broken()


def test_what_keeps_them_all_is_fine_and_what_was_not_asked_is_missed() -> None:
    assert Witness(LIFE, [send(at(2, 18))]).broken() == []
    assert Witness(LIFE, [send(at(2, 18))]).coverage()[0] == 1
    assert Witness(LIFE, []).coverage() == (0, 3)
