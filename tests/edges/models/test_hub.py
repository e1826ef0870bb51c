"""Models from the hub, against a look-alike on loopback."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web

from bot.edges.models import Catalogue
from bot.errors import ModelDamaged, ModelMissing
from tests.edges.models.shop import HUB_FILE, HUB_NAME, HUB_REPO, Bar, open_shop, sha256


class Hub:
    """Serves one file as the hub does: facts in the headers of a redirect, the bytes from another address.

    ``file`` is what it serves and ``says`` the hash it claims; ``cuts`` is how many answers break off half-way.
    """

    def __init__(self) -> None:
        self.file: bytes | None = HUB_FILE
        self.says: str | None = sha256(HUB_FILE)
        self.cuts = 0
        self.ranges: list[str] = []

    async def resolve(self, request: web.Request) -> web.StreamResponse:
        if self.file is None:
            return web.Response(status=404, headers={"X-Error-Code": "EntryNotFound", "X-Error-Message": "Entry not found"})
        headers = {"X-Repo-Commit": "0" * 40, "X-Linked-Size": str(len(self.file)), "Location": f"{request.url.origin()}/bytes"}
        headers |= {"X-Linked-Etag": f'"{self.says}"'} if self.says else {"ETag": '"not-a-hash"'}
        return web.Response(status=302, headers=headers)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        assert self.file is not None
        self.ranges.append(request.headers.get("Range", ""))
        start = int(self.ranges[-1].removeprefix("bytes=").rstrip("-") or 0)
        answer = web.StreamResponse(status=206 if start else 200)
        answer.content_length = len(self.file) - start
        if start:
            answer.headers["Content-Range"] = f"bytes {start}-{len(self.file) - 1}/{len(self.file)}"
        await answer.prepare(request)
        if request.method == "GET":
            await self._send(request, answer, self.file[start:])
        return answer

    async def _send(self, request: web.Request, answer: web.StreamResponse, raw: bytes) -> None:
        if not self.cuts:
            await answer.write(raw)
            return
        self.cuts -= 1
        await answer.write(raw[: len(raw) // 2])
        assert request.transport is not None
        request.transport.close()


@pytest.fixture
async def hub(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Hub]:
    served = Hub()
    app = web.Application()
    app.router.add_route("*", f"/{HUB_REPO}/resolve/main/{HUB_NAME}", served.resolve)
    app.router.add_route("*", "/bytes", served.serve)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{port}")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    yield served
    await runner.cleanup()


@pytest.fixture
def shop(tmp_path: Path) -> Catalogue:
    return open_shop(tmp_path / "models")


async def test_a_file_is_fetched_verified_and_remembered(shop: Catalogue, hub: Hub) -> None:
    path = await shop.pull("hub", bar := Bar())
    assert path.read_bytes() == HUB_FILE and shop.path("hub") == path
    assert bar.told[-1][0] <= len(HUB_FILE) == bar.told[-1][1]
    assert not (shop.folder / "staging" / "hub").exists()
    hub.file = None
    assert await shop.pull("hub", Bar()) == path


async def test_a_broken_connection_is_resumed(shop: Catalogue, hub: Hub) -> None:
    hub.cuts = 2
    assert (await shop.pull("hub", Bar())).read_bytes() == HUB_FILE
    assert len(hub.ranges) >= 3 and hub.ranges[-1].startswith("bytes=")


async def test_half_a_file_of_an_earlier_run_is_used(shop: Catalogue, hub: Hub) -> None:
    hub.cuts = 100
    with pytest.raises(ModelMissing, match="the connection broke.*what came so far is kept"):
        await shop.pull("hub", Bar())
    hub.cuts = 0
    assert shop.status("hub").state == "partial"
    assert (await shop.pull("hub", Bar())).read_bytes() == HUB_FILE
    assert hub.ranges[-1] != ""


async def test_other_bytes_than_the_hub_vouches_for_are_damaged(shop: Catalogue, hub: Hub) -> None:
    hub.says = sha256(b"something else")
    with pytest.raises(ModelDamaged, match="another SHA-256"):
        await shop.pull("hub", Bar())
    assert shop.path("hub") is None and not (shop.folder / "hub-target").exists()


async def test_a_hub_that_vouches_for_nothing_is_not_used(shop: Catalogue, hub: Hub) -> None:
    hub.says = None
    with pytest.raises(ModelMissing, match="no SHA-256"):
        await shop.pull("hub", Bar())
    assert not hub.ranges


async def test_a_file_that_is_not_there(shop: Catalogue, hub: Hub) -> None:
    hub.file = None
    with pytest.raises(ModelMissing, match="could not be fetched from the model hub"):
        await shop.pull("hub", Bar())


async def test_no_room_is_said_before_the_download(tmp_path: Path, hub: Hub) -> None:
    with pytest.raises(ModelMissing, match="Make room"):
        await open_shop(tmp_path, free=lambda _: 1000).pull("hub", Bar())
    assert not hub.ranges


async def test_a_file_put_there_by_hand_is_verified_not_fetched(shop: Catalogue, hub: Hub) -> None:
    shop.folder.mkdir()
    (shop.folder / "hub-target").write_bytes(HUB_FILE)
    assert shop.path("hub") is None
    await shop.pull("hub", Bar())
    assert shop.path("hub") is not None and not hub.ranges


async def test_the_hub_is_reachable_or_not(shop: Catalogue, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    assert await shop.hub_reachable()
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert not await shop.hub_reachable()
    monkeypatch.delenv("HF_HUB_OFFLINE")
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    assert not await shop.hub_reachable()
    with pytest.raises(ModelMissing, match=r"The model hub \(http://127.0.0.1:9\) cannot be reached"):
        await shop.pull("hub", Bar())
