"""What fits where, and settings files that stay what they are but for the settings."""

import tomllib

import pytest

from bot.moe.anatomy import Anatomy, anatomy
from bot.moe.memory import cells_for
from bot.moe.noise import head_of
from bot.moe.plan import BESIDE, Machine, Plan, as_toml, plan, put_settings
from bot.moe.shapes import SHAPES

_GB = 1_000_000_000


def _model(name: str = "olmoe-1b-7b") -> Anatomy:
    return anatomy(head_of(SHAPES[name]))


def _plan(memory: float, *, people: int = 4, context: int = 4096, name: str = "olmoe-1b-7b") -> Plan:
    return plan(_model(name), Machine(memory=int(memory * _GB), cores=4), people=people, context=context, name="x.gguf")


def test_with_plenty_of_memory_all_that_was_asked_is_there() -> None:
    made = _plan(64)
    assert made.fits and not made.notes
    assert made.settings == {
        "name": "x.gguf", "context_tokens": 4096, "threads": 4, "parallel": 4, "batch": 128, "cells": 4 * 4096, "kv_type": "f16", "mmap": "on",
    }  # fmt: skip


def test_less_memory_takes_precision_first_then_room_for_others_then_length() -> None:
    kinds = [(made.settings["kv_type"], made.cells, made.context) for gb in (16, 8, 6.9, 6.2) if (made := _plan(gb, people=8)).fits]
    assert kinds == sorted(kinds, key=lambda kind: -kind[1])
    assert kinds[0] == ("q8_0", 8 * 4096, 4096)
    assert all(_plan(gb, people=8).memory.total <= gb * _GB - BESIDE for gb in (16, 8, 6.9, 6.2))


@pytest.mark.parametrize(("name", "gb", "fits"), [("granite-1b-a400m", 4, True), ("olmoe-1b-7b", 8, True), ("qwen3-30b-a3b", 16, False), ("qwen3-30b-a3b", 24, True), ("olmoe-1b-7b", 5, False)])
def test_which_model_fits_which_computer(name: str, gb: int, fits: bool) -> None:
    made = _plan(gb, name=name)
    assert made.fits is fits
    assert any("does not fit" in note for note in made.notes) is not fits


def test_a_graphics_card_is_room_too() -> None:
    small = Machine(memory=16 * _GB, cores=4, gpu=8 * _GB)
    assert plan(_model("qwen3-30b-a3b"), small, people=1, context=1024, name="x").fits


def test_conversations_are_no_longer_than_the_model_was_trained_for() -> None:
    made = _plan(64, context=100_000)
    assert made.context == 4096 and "trained for 4096" in made.notes[0]


def test_what_is_shorter_than_asked_is_said() -> None:
    made = _plan(6.0, people=16)
    assert made.fits and made.cells < cells_for(4096, 16) and made.notes


def test_many_people_take_turns() -> None:
    assert _plan(64, people=500).settings["parallel"] == 16


_FILE = """# mine
home = "x"  # here

[model]
# a remark
name = "auto"
  threads = 1

[persona]
default = "noor"
"""


def test_settings_are_changed_where_they_stand_and_others_added() -> None:
    text = put_settings(_FILE, {"name": 'a "b".gguf', "cells": 9})
    assert tomllib.loads(text) == {"home": "x", "model": {"name": 'a "b".gguf', "threads": 1, "cells": 9}, "persona": {"default": "noor"}}
    assert text.count("# mine") == text.count("# a remark") == text.count("# here") == 1
    assert put_settings(text, {"cells": 9}) == text


@pytest.mark.parametrize("text", ["", "\n", "home = \"x\"\n", "[persona]\ndefault = \"noor\"", "[model]\n", "[model]\n# only a remark\n[persona]\n", "[model]\n# threads = 2\n\n"])
def test_a_file_without_them_gets_them(text: str) -> None:
    new = tomllib.loads(put_settings(text, {"threads": 2, "name": "y"}))
    assert new["model"] == {"threads": 2, "name": "y"}
    assert {key: value for key, value in new.items() if key != "model"} == {key: value for key, value in tomllib.loads(text).items() if key != "model"}


def test_as_toml() -> None:
    assert tomllib.loads(as_toml({"name": "ü", "cells": 3})) == {"model": {"name": "ü", "cells": 3}}
