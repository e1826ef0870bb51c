"""Background work: its failures, its time, its end."""

import asyncio
import gc

import pytest

from bot.flows.supervise import Supervisor


async def nothing() -> None: ...


async def hang() -> None:
    await asyncio.Event().wait()


async def test_a_failure_is_logged_by_name_and_goes_no_further(caplog: pytest.LogCaptureFixture) -> None:
    async def fail() -> None:
        raise ValueError("what they said")

    async with Supervisor() as supervisor:
        supervisor.start(fail(), name="remember", timeout=None)
        await supervisor.idle()
    assert "remember failed: ValueError" in caplog.text and "what they said" not in caplog.text


async def test_a_failure_that_nobody_awaits_is_one_line_without_words(caplog: pytest.LogCaptureFixture) -> None:
    async def fail() -> None:
        raise ValueError("what they said")

    async with Supervisor():
        loop = asyncio.get_running_loop()
        stray = loop.create_task(fail(), name="of a library")
        await asyncio.wait([stray])
        del stray
        gc.collect()
        loop.call_exception_handler({"message": "something odd"})
    assert "of a library failed: ValueError" in caplog.text and "something odd" in caplog.text
    assert "what they said" not in caplog.text and "Traceback" not in caplog.text
    assert loop.get_exception_handler() is None


async def test_what_takes_too_long_is_stopped(caplog: pytest.LogCaptureFixture) -> None:
    async with Supervisor() as supervisor:
        task = supervisor.start(hang(), name="slow", timeout=0.0)
        await supervisor.idle()
    assert task.done() and "slow did not end" in caplog.text


async def test_leaving_ends_everything_also_what_never_began(recwarn: pytest.WarningsRecorder) -> None:
    async with Supervisor() as supervisor:
        begun = supervisor.start(hang(), name="begun", timeout=None)
        await asyncio.sleep(0)
        not_begun = supervisor.start(hang(), name="not begun", timeout=None)
    assert begun.cancelled() and not_begun.cancelled()
    assert not [w for w in recwarn if "never awaited" in str(w.message)]


async def test_idle_waits_for_work_that_work_started() -> None:
    ended: list[str] = []
    async with Supervisor() as supervisor:
        async def second() -> None:
            await asyncio.sleep(0)
            ended.append("second")

        async def first() -> None:
            supervisor.start(second(), name="inbox 2", timeout=None)
            ended.append("first")

        supervisor.start(hang(), name="service", timeout=None)
        supervisor.start(first(), name="inbox 1", timeout=None)
        await supervisor.idle("inbox ")
    assert ended == ["first", "second"]


async def test_a_task_may_wait_for_all_others() -> None:
    async with Supervisor() as supervisor:
        supervisor.start(nothing(), name="a", timeout=None)
        waiter = supervisor.start(supervisor.idle(), name="b", timeout=1)
        await waiter
