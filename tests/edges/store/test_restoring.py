"""Going back to a backup: what comes back, what is refused, and what stays."""

import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bot.edges.store import Key, Store, open_store
from bot.edges.store.backup import backups, make_backup
from bot.edges.store.restoring import Contents, restore, verify
from bot.errors import StoreDamaged, StoreError
from tests.contracts.stores import ANN, BEN, proposal, told, turn
from tests.fakes.clock import START, VirtualClock

LATER = START + timedelta(days=1)


@pytest.fixture
async def path(tmp_path: Path) -> Path:
    """A database with a memory, which its one backup has, and another one since."""
    path = tmp_path / "a.db"
    async with open_store(path, clock=VirtualClock()) as store:
        await told(store, "I like tea")
        await store.turns.add(turn("hello", person=BEN))
        await store.back_up()
        await told(store, "I like cake")
    return path


@pytest.fixture
def damaged(path: Path) -> None:
    path.write_bytes(b"hello" * 1000)


def _bytes(home: Path) -> dict[Path, bytes]:
    return {file: file.read_bytes() for file in home.rglob("*") if file.is_file()}


async def _likes(path: Path, clock: VirtualClock | None = None) -> set[str]:
    async with open_store(path, clock=clock or VirtualClock()) as store:
        return {m.quote for m in await store.memories.browse(ANN)}


async def test_a_backup_is_tried_out_and_changes_nothing(path: Path) -> None:
    before = _bytes(path.parent)
    assert verify(path, backups(path)[0]) == Contents(people=2, memories=1, messages=2)
    assert _bytes(path.parent) == before


async def test_what_was_there_is_kept_and_can_come_back(path: Path) -> None:
    done = restore(path, backups(path)[0], LATER)
    assert done.contents.memories == 1
    assert await _likes(path) == {"I like tea"}
    assert done.replaced is not None
    assert [stat.S_IMODE(file.stat().st_mode) for file in (done.replaced, *path.parent.glob("a.db"))] == [0o600, 0o600]
    restore(path, done.replaced, LATER + timedelta(minutes=1))
    assert await _likes(path) == {"I like tea", "I like cake"}


async def test_it_refuses_while_somebody_uses_the_database(path: Path) -> None:
    (good,) = backups(path)
    async with open_store(path, clock=VirtualClock()) as store:
        with pytest.raises(StoreError, match="is running"):
            _in_another_process(path, good)
        assert len(await store.memories.browse(ANN)) == 2
    assert await _likes(path) == {"I like tea", "I like cake"}


def _in_another_process(path: Path, copy: Path) -> None:
    """Locks of one process never stand in its own way."""
    code = (
        "import sys; from pathlib import Path; from datetime import datetime, UTC; from bot.edges.store.restoring import restore\n"
        "try: restore(Path(sys.argv[1]), Path(sys.argv[2]), datetime(2026, 3, 3, tzinfo=UTC))\n"
        "except Exception as fault: sys.exit(f'{type(fault).__name__}: {fault}')"
    )
    ended = subprocess.run([sys.executable, "-c", code, str(path), str(copy)], capture_output=True, text=True, check=False)
    if ended.returncode:
        raise StoreError(ended.stderr)


async def test_a_newer_programs_backup_is_refused(path: Path) -> None:
    (good,) = backups(path)
    with closing(sqlite3.connect(good)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    before = _bytes(path.parent)
    with pytest.raises(StoreError, match=f"{good.name} was written by a newer Oldfriend"):
        restore(path, good, LATER)
    assert _bytes(path.parent) == before


@pytest.mark.parametrize("what", [b"", b"hello" * 1000, None])
async def test_what_is_no_backup_is_refused(path: Path, tmp_path: Path, what: bytes | None) -> None:
    copy = tmp_path / "copy.db"
    copy.write_bytes(backups(path)[0].read_bytes()[:30_000] if what is None else what)
    with pytest.raises(StoreDamaged, match="copy.db"):
        restore(path, copy, LATER)
    with pytest.raises(StoreError, match="no file"):
        restore(path, tmp_path / "nowhere.db", LATER)
    assert await _likes(path) == {"I like tea", "I like cake"}


@pytest.mark.usefixtures("damaged")
async def test_a_damaged_database_makes_room(path: Path) -> None:
    done = restore(path, backups(path)[0], LATER)
    assert done.replaced is not None and done.replaced.read_bytes() == b"hello" * 1000
    assert await _likes(path) == {"I like tea"}


async def test_nothing_is_said_again_that_may_have_been_said(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    async with open_store(path, clock=VirtualClock()) as store:
        about = await told(store, "my final is on Friday")
        past = await _planned(store, about.id, LATER)
        future = await _planned(store, 0, LATER + timedelta(days=3))
        await store.back_up()
    restore(path, backups(path)[0], LATER + timedelta(hours=1))
    async with open_store(path, clock=VirtualClock()) as store:
        assert [p.id for p in await store.proposals.open(ANN)] == [future]
        given_up = await store.proposals.get(past)
        assert given_up is not None and given_up.state == "dropped"


async def _planned(store: Store, about: int, due: object) -> int:
    planned = await store.proposals.propose(proposal(about, due=due))
    assert planned is not None
    return planned.id


async def test_a_deletion_reaches_what_a_restore_put_aside(path: Path) -> None:
    done = restore(path, backups(path)[0], LATER)
    assert done.replaced is not None
    clock = VirtualClock(LATER)
    async with open_store(path, clock=clock) as store:
        await store.idle()
        await store.forgetting.everything(ANN)
        assert not done.replaced.exists()
        await store.idle()
    assert all(b"I like" not in content for content in _bytes(path.parent).values())


async def test_what_was_put_aside_goes_after_a_month(path: Path) -> None:
    done = restore(path, backups(path)[0], LATER)
    assert done.replaced is not None
    make_backup(path, LATER + timedelta(days=29))
    assert done.replaced.exists()
    make_backup(path, LATER + timedelta(days=31))
    assert not done.replaced.exists()


async def test_a_backup_that_a_deletion_overtook_is_made_again(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As another process makes it, which shares no lock with the one that deletes."""
    from bot.edges.store import backup

    deleted: list[bytes] = []

    def slow(database: Path, copy: Path, key: Key | None) -> None:
        real(database, copy, key)
        if not deleted:
            with closing(sqlite3.connect(path)) as connection, connection:
                connection.execute("UPDATE turns SET text = 'gone'")
                connection.execute("UPDATE memories SET gist = '', quote = ''")
                connection.execute("UPDATE meta SET value = value + 1 WHERE key = 'deletion'")
            deleted.append(copy.read_bytes())

    real = backup.copy_to
    monkeypatch.setattr(backup, "copy_to", slow)
    made = make_backup(path, LATER)
    assert b"I like cake" in deleted[0]
    assert verify(path, made).messages == 3
    assert b"I like cake" not in made.read_bytes()


async def test_a_clock_that_was_wrong_keeps_nobody_from_backups(tmp_path: Path) -> None:
    path, clock = tmp_path / "a.db", VirtualClock(START + timedelta(days=4000))
    async with open_store(path, clock=clock) as store:
        for _ in range(3):
            await store.back_up()
            clock.set(clock.now() + timedelta(days=1))
        for day in range(3):
            clock.set(START + timedelta(days=day))
            await store.refresh_backups()
            assert any(f"a-202603{2 + day:02}" in copy.name for copy in backups(path))
    assert len(backups(path)) == 3
    assert all("a-202603" in copy.name for copy in backups(path))


async def test_a_bot_that_runs_for_weeks_makes_its_backups(tmp_path: Path) -> None:
    path, clock = tmp_path / "a.db", VirtualClock()
    async with open_store(path, clock=clock) as store:
        watch = store.chores.start(store.backups.watch(), name="watch", timeout=None)
        for _ in range(5 * 24):
            await clock.advance(timedelta(hours=1))
            async with store.database.copying:  # until it is made
                pass
        watch.cancel()
    days = [copy.name[2:10] for copy in backups(path)]
    assert days == ["20260306", "20260305", "20260304"]


async def test_an_edit_leaves_the_backups_within_days(tmp_path: Path) -> None:
    """What its author deletes leaves them at once (test_residue); what was only edited, when they are rotated."""
    path, clock = tmp_path / "a.db", VirtualClock()
    async with open_store(path, clock=clock) as store:
        await store.turns.add(turn("my code is zqedited", message_id="m1"))
        await store.back_up()
        await store.forgetting.reword("discord:11", "m1", "my code is secret")
        for day in range(1, 4):
            clock.set(START + timedelta(days=day))
            assert await store.fading.clean(lambda: False)
        assert len(backups(path)) == 3
        assert all(b"zqedited" not in content for content in _bytes(tmp_path).values())
