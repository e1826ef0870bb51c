"""What a real cache holds of somebody is gone from it when they are forgotten, in use and on the shelf."""

from pathlib import Path
from typing import cast

import llama_cpp.llama_cpp as c
import pytest

from bot.edges.llama.adapters import Adapters
from bot.edges.llama.cache import GRACE, Cache
from bot.edges.llama.engine import Engine, Lane
from bot.edges.llama.native import SEQUENCES, Native
from bot.edges.llama.protocol import Alive, Generate, Reply
from bot.edges.llama.talk import Reader
from bot.edges.llama.tuning import choose_setup

pytestmark = pytest.mark.model


class _Room:
    def __init__(self, model: Path) -> None:
        setup = choose_setup(512, 1)
        self.native = Native(model, setup, progress=lambda part: None, log=lambda text: None)
        self.hours = 0.0
        self.cache = Cache(self.native, cells=setup.cells, kept_bytes=1 << 30, now=lambda: self.hours)
        lane = Lane(self.native, self.cache, Adapters(self.native))
        self.said: list[Reply] = []
        self.engine = Engine(lane, lambda: cast(Lane, None), parallel=8, send=self.said.append)
        self.reader = Reader(self.native, limit=512, cells=setup.cells)

    def ask(self, owner: str) -> int:
        """A request of this owner is answered; the steps that its prompt took."""
        chat = (("system", "You are Mika, an old friend. " * 12), ("user", f"My name is {owner}. " * 20))
        request = Generate(
            id=len(self.said), chat=chat, max_tokens=1, temperature=0.0, top_k=0, top_p=1.0, min_p=0.0, repeat_penalty=1.0, seed=0,
            repeatable=False, stop=(), opening="", schema=None, background=False, owner=owner, adapter="", seconds=None, scored=False,
        )  # fmt: skip
        self.engine.take(self.reader.read(request))
        before = len(self.said)
        while self.engine.busy:
            self.engine.step()
        return sum(isinstance(reply, Alive) for reply in self.said[before:])

    def live(self) -> int:
        """Sequences that llama.cpp itself holds something of."""
        memory = c.llama_get_memory(self.native.context)
        return sum(c.llama_memory_seq_pos_max(memory, sequence) >= 0 for sequence in range(SEQUENCES))


def test_it_is_gone_from_the_cache_and_from_the_shelf(tiny_model: Path) -> None:
    room = _Room(tiny_model)
    fresh = room.ask("Ada")
    room.ask("Ben")
    assert fresh > room.ask("Ada") == room.ask("Ben") == 0  # both are known
    room.hours += GRACE
    while room.engine.tidy():
        pass
    assert room.live() == 1  # Ada went to the shelf
    room.engine.forget("Ada")
    assert room.live() == 1 and room.ask("Ben") == 0
    room.engine.forget("Ben")
    assert room.live() == 0
    assert room.ask("Ada") > 0  # how many steps it takes depends on how long they last here
