"""Model files on the model hub (``HF_ENDPOINT``, huggingface.co by default)."""

import asyncio
import json
import os
import re
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bot.edges.models import child
from bot.edges.models.entries import HubFile
from bot.errors import ModelMissing

_SHA256 = re.compile(r"[0-9a-f]{64}")
_ENDPOINT = "https://huggingface.co"
_FRUITLESS = 3  # attempts in a row that bring nothing
_REACH = 5.0  # seconds to wait for a first answer
_QUIET = {"HF_HUB_DISABLE_PROGRESS_BARS": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}


class _Broken(ModelMissing):
    """The connection broke; another attempt may go on from there."""


@dataclass(frozen=True, slots=True)
class HubFacts:
    """What the hub says of a file: its hash and its size in bytes."""

    sha256: str
    size: int


async def facts(source: HubFile) -> HubFacts:
    """Ask the hub. Raises ModelMissing when it cannot be reached, has no such file, or names no SHA-256."""
    if not await reachable(_REACH):  # the hub's library would try for half a minute
        raise ModelMissing(
            f"The model hub ({_endpoint()}) cannot be reached. Check the network and HF_ENDPOINT, or choose `small`, which needs "
            "no hub."
        )
    answer = await _errand(source, "facts", Path("."), lambda _: None)
    sha256, size = str(answer.get("sha256")), answer.get("size")
    if not _SHA256.fullmatch(sha256) or not isinstance(size, int):
        raise ModelMissing(f"The model hub gives no SHA-256 for {source.repo}/{source.file}, so it is not used.")
    return HubFacts(sha256, size)


async def fetch(source: HubFile, folder: Path, grown: Callable[[int], None]) -> Path:
    """Download into ``folder`` (which exists), going on where an interrupted download stopped; the file's path there.

    A broken connection is tried again for as long as that brings something. Raises ModelMissing.
    """
    fruitless = 0
    while True:
        before = child.bytes_under(folder)
        try:
            answer = await _errand(source, "get", folder, grown)
        except _Broken:
            fruitless = 0 if child.bytes_under(folder) > before else fruitless + 1
            if fruitless < _FRUITLESS:
                continue
            raise
        return Path(str(answer["path"]))


async def reachable(within: float) -> bool:
    """Does the hub answer within this many seconds? False when HF_HUB_OFFLINE says not to ask."""
    if os.environ.get("HF_HUB_OFFLINE", "0").upper() in {"1", "ON", "YES", "TRUE"}:
        return False
    return await asyncio.to_thread(_answers, within)


def _endpoint() -> str:
    return os.environ.get("HF_ENDPOINT", _ENDPOINT)


def _answers(timeout: float) -> bool:
    try:
        urllib.request.urlopen(urllib.request.Request(_endpoint(), method="HEAD"), timeout=timeout).close()
    except urllib.error.HTTPError:
        return True  # it answered, if only to say no to the front page
    except (OSError, ValueError):
        return False
    return True


async def _errand(source: HubFile, errand: str, folder: Path, grown: Callable[[int], None]) -> dict[str, object]:
    command = [sys.executable, "-m", "bot.edges.models.hub_fetch", errand, source.repo, source.file, str(folder)]
    outcome = await child.run(command, folder, grown, _QUIET)
    try:
        answer = dict(json.loads(outcome.out))
    except ValueError:
        answer = {"error": outcome.complaint}
    if "error" in answer:
        kind = _Broken if answer.get("broken") else ModelMissing
        raise kind(
            f"{source.repo}/{source.file} could not be fetched from the model hub: {answer['error']} "
            "Check the network and try again (what came so far is kept), or choose `small`, which needs no hub."
        )
    return answer
