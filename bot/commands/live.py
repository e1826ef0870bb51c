"""``doctor --live``: how the Oldfriend that is running now does, and whether Discord takes its token."""

import asyncio
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.request import urlopen

from bot.errors import ConfigError

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.edges.doctor import Finding

_PATIENCE = 5.0


def check_live(settings: "Settings") -> "Iterator[Finding]":
    """Asks ``/healthz`` and Discord."""
    yield _running(settings.operations.port)
    if settings.discord.token is not None:
        yield _token(settings)


def _running(port: int) -> "Finding":
    from bot.edges.doctor import Finding

    if not port:
        return Finding("running", "warn", "nobody can be asked", "set operations.port, such as 9464, and start Oldfriend again")
    try:
        wrong = _ask(port)
    except (OSError, ValueError):
        return Finding("running", "fail", f"nobody answers at 127.0.0.1:{port}", "start it: oldfriend run; its log says why it ended")
    if wrong:
        return Finding("running", "fail", "; ".join(f"{name}: {words}" for name, words in wrong.items()), "see its log")
    return Finding("running", "ok", "it runs, and says that it is well")


def _ask(port: int) -> dict[str, str]:
    """What is wrong, by name. Raises OSError, ValueError."""
    try:
        with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=_PATIENCE) as answer:
            said = json.load(answer)
    except HTTPError as fault:
        said = json.load(fault)
    if not isinstance(said, dict) or not isinstance(said.get("wrong"), dict):
        raise ValueError("somebody else answers there")
    return {str(name): str(words) for name, words in said["wrong"].items()}


def _token(settings: "Settings") -> "Finding":
    from bot.edges.discord.gateway import Gateway
    from bot.edges.doctor import Finding

    assert settings.discord.token is not None, "the caller saw a token"
    gateway = Gateway(token=settings.discord.token.get_secret_value(), api_base=settings.discord.api_base)
    try:
        asyncio.run(gateway.check_token())
    except ConfigError as fault:
        return Finding("discord", "fail", "it does not accept the token", str(fault))
    return Finding("discord", "ok", "it has nothing against the token, or cannot be reached")
