"""The slash commands at Discord: registered when they changed, since Discord allows that only so many times a day."""

import asyncio
import hashlib
import json
import logging
from pathlib import Path

import discord
from discord import app_commands

log = logging.getLogger(__name__)


async def register(tree: app_commands.CommandTree[discord.Client], note: Path | None) -> None:
    """Tell Discord of the commands, unless ``note`` says that it was told of these very ones. A failure is logged; the
    commands then stay as they were."""
    fingerprint = await _of(tree)
    if note is not None and await asyncio.to_thread(_read, note) == fingerprint:
        return
    try:
        await tree.sync()
    except discord.HTTPException as fault:
        log.error("the slash commands could not be registered (code %s); they stay as they were", fault.code)
        return
    if note is not None:
        await asyncio.to_thread(note.write_text, fingerprint)


def _read(note: Path) -> str:
    return note.read_text() if note.exists() else ""


async def _of(tree: app_commands.CommandTree[discord.Client]) -> str:
    """Of the commands, in all languages, and the application that has them."""
    translator = tree.translator
    commands = [
        command.to_dict(tree) if translator is None else await command.get_translated_payload(tree, translator) for command in tree.get_commands()
    ]
    commands.sort(key=lambda command: (command["type"], command["name"]))
    return hashlib.sha256(json.dumps([tree.client.application_id, commands], sort_keys=True, default=str).encode()).hexdigest()
