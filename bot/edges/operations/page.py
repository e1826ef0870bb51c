"""``/metrics`` and ``/healthz``, on this computer only."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager

from aiohttp import web

from bot.errors import ConfigError

LOOPBACK = "127.0.0.1"


@asynccontextmanager
async def open_page(port: int, numbers: Callable[[], bytes], failing: Callable[[], Mapping[str, str]]) -> AsyncIterator[int]:
    """Serve them for as long as the context lasts; the port. ``failing`` is what is wrong, by name. Raises ConfigError when somebody else
    has the port."""

    async def metrics(_: web.Request) -> web.Response:
        return web.Response(body=numbers(), headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"})

    async def health(_: web.Request) -> web.Response:
        wrong = dict(failing())
        return web.json_response({"well": not wrong, "wrong": wrong}, status=503 if wrong else 200)

    application = web.Application(client_max_size=1024)
    application.add_routes([web.get("/metrics", metrics), web.get("/healthz", health)])
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, LOOPBACK, port).start()
        except OSError as fault:
            raise ConfigError([f"operations.port: {port} cannot be listened on ({fault.strerror}); choose another one, or 0 for none"]) from fault
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()
