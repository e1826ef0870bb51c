"""``encrypt`` and ``decrypt``: the database and its backups, with a key that lies elsewhere."""

import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.options import Config, Home, Yes, settings_of
from bot.commands.outcome import outcome
from bot.errors import OldfriendError

if TYPE_CHECKING:
    from bot.edges.store import Key

_ASK = "Without the key nobody can read what is remembered, neither you nor any backup. Is it kept in a second place, too, and shall it be encrypted now?"


def encrypt(
    file: Annotated[Path | None, typer.Argument(help="The key file, outside the home; made if it is not there. Without one the key of the settings is taken.")] = None,
    yes: Yes = False, config: Config = None, home: Home = None,
) -> None:
    """Encrypt the database and its backups, or give them another key. Oldfriend must not be running."""
    before = settings_of(config, home)
    with outcome():
        from bot.config import load
        from bot.edges.store import Key
        from bot.edges.store.restoring import holds_nothing
        from bot.edges.store.sealing import is_plain

        made = file is not None and _make(file.expanduser().absolute(), before.home)
        named = {} if file is None else {"OLDFRIEND_ENCRYPTION_KEY": "", "OLDFRIEND_ENCRYPTION__KEY_FILE": str(file.expanduser().absolute())}
        key = Key.of(load(config, {**os.environ, **named}, home).database_key)
        if key is None:
            raise OldfriendError("there is no key: name a file for it outside the home, such as  oldfriend encrypt ~/.config/oldfriend.key")
        if made:
            typer.echo(f"A new key is in {file}. Keep a copy of it in a second place, away from the backups.", err=True)
        if holds_nothing(before.database):
            typer.echo("There is nothing to encrypt yet; with the key in the settings it will be from the beginning.")
        else:
            old = None if is_plain(before.database) else Key.of(before.database_key)
            if old == key:
                raise OldfriendError("it is encrypted with this key already; nothing was changed")
            _change(before.database, old, key, yes)
        if file is not None:
            typer.echo(f'From now on the settings have to say where the key is:\n\n[encryption]\nkey_file = "{file.expanduser().absolute()}"')


def decrypt(yes: Yes = False, config: Config = None, home: Home = None) -> None:
    """Write the database and its backups so that everybody who reads the files can read them. Oldfriend must not be running."""
    settings = settings_of(config, home)
    with outcome():
        from bot.edges.store import Key

        key = Key.of(settings.database_key)
        if key is None:
            raise OldfriendError("there is no key in the settings, so nothing was changed")
        _change(settings.database, key, None, yes)
        typer.echo("From now on the settings must not have a key: take encryption.key_file out.")


def _change(database: Path, old: "Key | None", new: "Key | None", yes: bool) -> None:
    from bot.edges.clock import SystemClock
    from bot.edges.store.rekeying import change_key

    if not yes and new is not None and not typer.confirm(_ASK, err=True):
        raise OldfriendError("nothing was changed; --yes goes on without asking")
    backup = change_key(database, old, new, SystemClock().now())
    typer.echo(f"{'Encrypted' if new else 'Decrypted'}: {database}. A first backup of it is {backup}; those of before are gone, and so is what was put aside.")


def _make(file: Path, home: Path) -> bool:
    """Whether the file was made. Raises OldfriendError."""
    if file.resolve().is_relative_to(home.resolve()):
        raise OldfriendError(f"a key that lies with the database protects nothing: choose a place outside {home}")
    try:
        place = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    except OSError as error:
        raise OldfriendError(f"cannot make {file}: {error.strerror}") from error
    with open(place, "w", encoding="ascii") as key:
        key.write(secrets.token_hex(32) + "\n")
        key.flush()
        os.fsync(place)
    return True
