"""Options that several commands share, and the settings they lead to."""

import getpass
import os
import re
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.outcome import outcome

if TYPE_CHECKING:
    from bot.config import Settings

_NAME = re.compile(r"[\w.-]{1,64}")


def _user(name: str | None) -> str | None:
    if name is None:
        return None
    name = unicodedata.normalize("NFC", name)
    if not _NAME.fullmatch(name):
        raise typer.BadParameter("a name is made of 1 to 64 letters, digits, '-', '_' and '.'")
    return name


Home = Annotated[Path | None, typer.Option("--home", help="The folder with the database and its backups.", show_default="data/")]
Config = Annotated[Path | None, typer.Option("--config", help="The settings file.", show_default="oldfriend.toml in the home or the clone")]
User = Annotated[str | None, typer.Option("--user", callback=_user, help="Who you are, at this terminal.", show_default="your login name")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def settings_of(config: Path | None, home: Path | None) -> "Settings":
    """Read the settings; a fault ends the command."""
    from bot.config import load

    with outcome():
        return load(config, os.environ, home)


def login_name() -> str:
    """Who is logged in, made fit for a user name."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # no such user in this container
        name = ""
    return re.sub(r"[^\w.-]", "-", unicodedata.normalize("NFC", name))[:64] or "friend"
