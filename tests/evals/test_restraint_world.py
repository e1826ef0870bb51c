"""The restraint evaluation itself, on a world of one line."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.evals import restraint

START = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)


def at(day: int, hour: int) -> str:
    return (START + timedelta(days=day, hours=hour)).isoformat()


def tells(name: str, said: int, happens: int) -> dict[str, object]:
    return {
        "at": at(said, 8), "do": "event", "id": name, "kind": "plan", "gist": f"{name} final", "importance": 0.9,
        "sensitive": False, "happens_at": at(happens, 9),
    }


LIFE = {
    "user": "u0", "tz": "Europe/Berlin", "opt_in": True, "per_day": 1, "quiet": ["22:00", "09:00"], "start": START.isoformat(), "days": 30,
    "timeline": [
        {"at": at(0, 8), "do": "say", "text": "hey"}, tells("chemistry", 0, 2), {"at": at(1, 8), "do": "restart"},
        tells("physics", 5, 7), {"at": at(6, 8), "do": "delete", "id": "physics"},
        tells("biology", 8, 10), {"at": at(10, 11), "do": "resolve", "id": "biology"},
        {"at": at(12, 8), "do": "stop"}, tells("history", 12, 14), {"at": at(17, 8), "do": "start"},
        {"at": at(18, 8), "do": "quiet", "start": "18:00", "end": "12:00"}, tells("music", 18, 20),
        {"at": at(22, 8), "do": "tz", "tz": "Asia/Tokyo"}, {"at": at(22, 9), "do": "snooze", "hours": 24}, tells("art", 23, 25),
    ],
    "answers": [True] * 10,
}


@pytest.mark.parametrize("in_memory", [False, True])
def test_a_life_is_lived_through_the_real_code(tmp_path: Path, in_memory: bool) -> None:
    world, out = tmp_path / "world.jsonl", tmp_path / "out.jsonl"
    world.write_text(json.dumps(LIFE) + "\n")
    restraint.main(world, out, in_memory=in_memory)
    lines = [json.loads(line) for line in out.read_text().splitlines()]
    wishes = [(line["event"], line["at"]) for line in lines if line["kind"] == "good_wishes"]
    asked = [line for line in lines if line["kind"] == "follow_up"]
    assert wishes[0] == ("chemistry", "2026-03-03T17:30:00+00:00"), "on the evening before"
    assert [(line["event"], line["at"]) for line in asked] == [
        ("chemistry", "2026-03-04T13:00:00+00:00"), ("music", "2026-03-22T13:00:00+00:00"), ("art", "2026-03-28T03:00:00+00:00"),
    ]
    assert all("final" in line["text"] and line["reason"] for line in lines)
