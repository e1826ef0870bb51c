"""What goes wrong is told once."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.errors import DeliveryError, StoreFull
from bot.flows.supervise import Supervisor
from bot.flows.watch import EVERY, QUIET, Watch
from tests.fakes import FakeStore
from tests.fakes.clock import VirtualClock


class Owner:
    def __init__(self) -> None:
        self.heard: list[str] = []
        self.fails = False

    async def tell(self, words: str) -> None:
        if self.fails:
            raise DeliveryError("their direct messages are closed")
        self.heard.append(words)


class Disk:
    words = ""

    async def check(self) -> str:
        return self.words


@pytest.fixture
def owner() -> Owner:
    return Owner()


@pytest.fixture
def disk() -> Disk:
    return Disk()


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
async def watch(owner: Owner, disk: Disk, clock: VirtualClock) -> AsyncIterator[Watch]:
    yield Watch({"disk": disk.check}, clock=clock, people=FakeStore().people, tell=owner.tell)


async def test_it_is_told_once_and_that_it_is_well_again(watch: Watch, owner: Owner, disk: Disk) -> None:
    await watch.look()
    assert owner.heard == [] and watch.wrong() == {}
    disk.words = "full"
    for _ in range(5):
        await watch.look()
    assert watch.wrong() == {"disk": "full"}
    disk.words = ""
    for _ in range(5):
        await watch.look()
    assert owner.heard == ["Something is wrong with me (disk): full. I say this once.", "That is well again (disk)."]
    assert watch.wrong() == {}


async def test_what_comes_and_goes_is_told_twice_a_day_at_most(watch: Watch, owner: Owner, disk: Disk, clock: VirtualClock) -> None:
    for number in range(10):
        disk.words = "full" if number % 2 else ""
        await watch.look()
    assert len(owner.heard) == 2
    disk.words = ""
    await watch.look()
    clock.set(clock.now() + QUIET)
    disk.words = "full"
    await watch.look()
    assert len(owner.heard) == 3


async def test_a_process_that_is_started_again_and_again_does_not_repeat_it(owner: Owner, disk: Disk, clock: VirtualClock) -> None:
    disk.words, store = "full", FakeStore()
    for _ in range(5):
        await Watch({"disk": disk.check}, clock=clock, people=store.people, tell=owner.tell).look()
    assert len(owner.heard) == 1


async def test_a_broken_database_is_told_once_too(owner: Owner, disk: Disk, clock: VirtualClock) -> None:
    class Broken:
        async def setting(self, *_: str) -> str | None:
            raise StoreFull("no room left")

        set_setting = setting

    disk.words = "full"
    watch = Watch({"disk": disk.check}, clock=clock, people=Broken(), tell=owner.tell)  # type: ignore[arg-type]  # what of People it uses
    for _ in range(3):
        await watch.look()
    assert len(owner.heard) == 1


async def test_an_owner_who_cannot_be_reached_is_no_fault(watch: Watch, owner: Owner, disk: Disk, caplog: pytest.LogCaptureFixture) -> None:
    owner.fails, disk.words = True, "full"
    await watch.look()
    assert "disk: full" in caplog.text and "direct messages are closed" in caplog.text


async def test_it_goes_on_looking(watch: Watch, owner: Owner, disk: Disk, clock: VirtualClock) -> None:
    async with Supervisor() as supervisor:
        supervisor.start(watch.keep_looking(), name="watch", timeout=None)
        await clock.advance(timedelta(seconds=EVERY + 1))
        disk.words = "full"
        await clock.advance(timedelta(seconds=EVERY))
    assert len(owner.heard) == 1
