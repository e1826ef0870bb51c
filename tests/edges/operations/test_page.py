"""``/metrics`` and ``/healthz``."""

import aiohttp
import pytest

from bot.edges.operations.page import open_page
from bot.errors import ConfigError


async def test_it_says_whether_it_is_well_to_this_computer_only() -> None:
    wrong: dict[str, str] = {}
    async with open_page(0, lambda: b"a 1\n", lambda: wrong) as port, aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:
        async with session.get("/metrics") as answer:
            assert (answer.status, await answer.read()) == (200, b"a 1\n")
        async with session.get("/healthz") as answer:
            assert (answer.status, await answer.json()) == (200, {"well": True, "wrong": {}})
        wrong["disk"] = "full"
        async with session.get("/healthz") as answer:
            assert (answer.status, await answer.json()) == (503, {"well": False, "wrong": {"disk": "full"}})
        async with session.get("/else") as answer:
            assert answer.status == 404
        with pytest.raises(ConfigError, match="choose another"):
            async with open_page(port, lambda: b"", dict):
                pass
