"""``backup``, ``verify`` and ``restore``: copies of all that is remembered. None of them needs a model."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.options import Config, Home, Yes, settings_of
from bot.commands.outcome import outcome
from bot.errors import OldfriendError, StoreError

if TYPE_CHECKING:
    from bot.edges.store import Key
    from bot.edges.store.restoring import Contents

_DAMAGED = 4


def backup(
    file: Annotated[Path | None, typer.Argument(help="A new file for it; without one it goes to the others, in the home.")] = None,
    config: Config = None, home: Home = None,
) -> None:
    """Make a backup now; Oldfriend may be running. One is made every day by itself, and the newest three are kept."""
    settings = settings_of(config, home)
    with outcome():
        from bot.edges.clock import SystemClock
        from bot.edges.store import Key, make_backup
        from bot.edges.store.restoring import holds_nothing

        if holds_nothing(settings.database):
            raise OldfriendError(f"there is nothing to back up yet: {settings.database} is not there")
        if file is None:
            typer.echo(make_backup(settings.database, SystemClock().now(), Key.of(settings.database_key)))
        else:
            _elsewhere(settings.database, file, Key.of(settings.database_key))


def verify(
    file: Annotated[Path | None, typer.Argument(help="A backup; without one all of them, and the database itself.")] = None,
    config: Config = None, home: Home = None,
) -> None:
    """Restore each backup for a trial, and say what is in it. Changes nothing."""
    settings = settings_of(config, home)
    with outcome():
        from bot.edges.store import Key
        from bot.edges.store.backup import backups
        from bot.edges.store.restoring import holds_nothing
        from bot.edges.store.restoring import verify as trial

        bad, key = 0, Key.of(settings.database_key)
        copies = [file] if file else list(backups(settings.database))
        if not file and not holds_nothing(settings.database):
            bad += _verify_database(settings.database, key)
        for copy in copies:
            try:
                typer.echo(f"{typer.style('✓', fg='green')} {copy}: {_told(trial(settings.database, copy, key))}")
            except StoreError as fault:
                bad += 1
                typer.echo(f"{typer.style('✗', fg='red')} {fault}")
        if not copies:
            typer.echo("There is no backup yet; `oldfriend backup` makes one.", err=True)
        if bad:
            raise typer.Exit(_DAMAGED)


def restore(
    file: Annotated[Path | None, typer.Argument(help="The backup; without one the newest good one.")] = None,
    yes: Yes = False, config: Config = None, home: Home = None,
) -> None:
    """Go back to a backup. The database that was there is kept, and Oldfriend must not be running."""
    settings = settings_of(config, home)
    with outcome():
        from bot.edges.clock import SystemClock
        from bot.edges.store import Key
        from bot.edges.store.backup import newest_good
        from bot.edges.store.restoring import restore as put_back

        key = Key.of(settings.database_key)
        copy = file or newest_good(settings.database, key)
        if copy is None:
            raise StoreError(f"there is no good backup in {settings.home / 'backups'}; nothing was changed")
        if not yes and not typer.confirm(f"Go back to {copy}? What was remembered since is put aside.", err=True):
            raise OldfriendError("nothing was changed; --yes restores without asking")
        done = put_back(settings.database, copy, SystemClock().now(), key)
        typer.echo(f"Restored from {copy}: {_told(done.contents)}.")
        if done.replaced is not None:
            typer.echo(f"What was there before is in {done.replaced}, for 30 days or until somebody deletes something.")
        typer.echo("Messages that were planned for the time before now are given up, so that nothing is said twice.")


def _elsewhere(database: Path, file: Path, key: "Key | None") -> None:
    from bot.edges.store.backup import copy_to
    from bot.edges.store.faults import translating

    if file.exists():
        raise OldfriendError(f"{file} exists already; choose a new file")
    with translating(database):
        copy_to(database, file, key)
    typer.echo(file)
    typer.echo("What people delete from now on stays in this file: deleting reaches only what is in the home.", err=True)


def _verify_database(database: Path, key: "Key | None") -> int:
    """Only looked at, since Oldfriend may be running with it; how many faults it has."""
    from bot.edges.store.faults import translating

    with translating(database):
        wrong = _wrong_with(database, key)
    typer.echo(f"{typer.style('✗', fg='red')} {database} {wrong}" if wrong else f"{typer.style('✓', fg='green')} {database}: sound")
    return int(wrong is not None)


def _wrong_with(database: Path, key: "Key | None") -> str | None:
    from bot.edges.store.backup import flaw
    from bot.edges.store.restoring import locked
    from bot.edges.store.sealing import is_plain

    if key is not None and is_plain(database):
        return "is not encrypted, but the settings have a key: run oldfriend encrypt"
    if shut := locked(database, key):
        return shut
    fault = flaw(database, key=key)
    return fault and f"is damaged ({fault}): oldfriend restore goes back to the newest good backup"


def _told(contents: "Contents") -> str:
    return f"{contents.people} people, {contents.memories} memories, {contents.messages} messages"
