"""``doctor``: what is well, what is not, and what to do about it. Looks only; changes nothing and asks nobody
outside, but for the model server where one is set, and with ``--live``."""

import json
import logging
import os
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.engine import check_engine
from bot.commands.model_server import check_server
from bot.commands.options import Config, Home, Json
from bot.commands.outcome import outcome
from bot.errors import ConfigError, ModelError

if TYPE_CHECKING:
    from bot.edges.doctor import Finding
    from bot.edges.models import Catalogue

_SIGNS = {"ok": ("✓", "green"), "warn": ("!", "yellow"), "fail": ("✗", "red")}


def doctor(
    live: Annotated[bool, typer.Option("--live", help="Also ask the Oldfriend that is running, and Discord about the token.")] = False,
    as_json: Json = False, config: Config = None, home: Home = None,
) -> None:
    """Examine this set-up. Ends with 1 when something fails."""
    # What the rooms log about faults is in the findings already.
    logging.getLogger().addHandler(logging.NullHandler())
    findings: list[Finding] = []
    with outcome():
        for finding in _examine(config, home, live=live):
            findings.append(finding)
            if not as_json:
                _show(finding)
        if as_json:
            typer.echo(json.dumps([asdict(finding) for finding in findings], indent=2))
    if any(finding.state == "fail" for finding in findings):
        raise typer.Exit(1)


def _examine(config: Path | None, home: Path | None, *, live: bool) -> "Iterator[Finding]":
    """One after the other, because some take a while: a model file is read whole the first time."""
    from bot.config import Settings, load
    from bot.edges.doctor import Finding, check_machine, check_token
    from bot.wiring import catalogue_of

    try:
        settings = load(config, os.environ, home)
        yield Finding("settings", "ok", f"home {settings.home}")
    except ConfigError as fault:
        for line in fault.faults:
            yield Finding("settings", "fail", line, "see oldfriend.example.toml")
        # The rest is examined as if nothing had been set, so that one look shows everything.
        settings = Settings(home=home.absolute()) if home else Settings()
    yield from check_machine(settings.home, settings.models.dir)
    catalogue = catalogue_of(settings)
    if settings.server.base_url:
        yield from check_server(settings.server)
    else:
        yield _chat_model(catalogue, settings.model.name)
        yield check_engine(settings.model, catalogue)
    yield _model("embedding", catalogue, settings.embedding.name)
    yield _watch(catalogue, settings.embedding.name)
    yield _database(settings.database, settings.database_key)
    yield _personas(settings.persona.default)
    yield _plugins()
    token = settings.discord.token
    yield check_token(token.get_secret_value() if token else None)
    if live:
        from bot.commands.live import check_live

        yield from check_live(settings)


def _chat_model(catalogue: "Catalogue", name: str) -> "Finding":
    from bot.edges.doctor import Finding

    if name != "auto":
        return _model("chat model", catalogue, name)
    here = [entry for entry in catalogue.entries.values() if entry.role == "chat" and catalogue.status(entry.name).have]
    found = [_model("chat model", catalogue, entry.name) for entry in here]
    # `auto` uses the best that is whole; a damaged one beside it is worth a word only when there is no other.
    for state in ("ok", "fail", "warn"):
        if stands := [finding for finding in found if finding.state == state]:
            return stands[-1]
    return Finding("chat model", "warn", "none is here yet", "oldfriend models pull (`make run` does it by itself)")


def _model(what: str, catalogue: "Catalogue", name: str) -> "Finding":
    from bot.edges.doctor import Finding

    if name not in catalogue.entries:
        try:
            return Finding(what, "ok", f"{catalogue.path(name)}")
        except ModelError as fault:
            return Finding(what, "fail", str(fault), "oldfriend models list")
    status = catalogue.status(name)
    pull = f"oldfriend models pull {name}"
    match status.state:
        case "ready":
            return Finding(what, "ok", f"{name}: {status.path}, its sha256 is right")
        case "damaged":
            return Finding(what, "fail", status.note, pull)
        case "partial":
            return Finding(what, "warn", f"{name}: {status.have / 1e6:,.0f} of {status.entry.size / 1e6:,.0f} MB are here", pull)
    return Finding(what, "warn", f"{name} is not here yet", f"{pull} (`make run` does it by itself)")


def _watch(catalogue: "Catalogue", embedding: str) -> "Finding":
    """How danger in messages is found."""
    from bot.edges.doctor import Finding
    from bot.edges.emotion import LocalEmotionReader

    try:
        folder = catalogue.path(embedding)
    except ModelError:
        folder = None
    if folder is not None and LocalEmotionReader.fits(folder):
        return Finding("danger in messages", "ok", "found by words and, in English, by meaning; check the numbers that it gives ([crisis])")
    return Finding("danger in messages", "warn", "found by words alone, which miss a good part of it", 'it needs embedding.name = "bge-small", and that model here')


def _database(file: Path, digits: str | None) -> "Finding":
    """Is the file sound, and is there a copy?"""
    from bot.edges.doctor import Finding
    from bot.edges.store import Key
    from bot.edges.store.backup import backups, flaw, newest_good, opens
    from bot.edges.store.sealing import ERRORS

    key = Key.of(digits)
    copies = backups(file)
    newest = f"newest backup {copies[0]}" if copies else "no backup yet"
    if not file.exists():
        if copies:
            return Finding("database", "warn", f"{file} is not there; {newest}", f"if it is gone by mistake: oldfriend restore {copies[0]}")
        return Finding("database", "ok", f"none yet; it will be {file}")
    try:
        locked = file.stat().st_size > 0 and not opens(file, key) and newest_good(file, key) is None
        fault = None if locked else flaw(file, key=key)
    except ERRORS as error:
        return Finding("database", "fail", f"{file} cannot be read: {error}", f"who may read it? ls -l {file}")
    if locked:
        return Finding("database", "fail", f"{file} does not open: it is encrypted with another key than the settings have, or damaged", "look for its key file (encryption.key_file)")
    if fault is None:
        return Finding("database", "ok", f"{file} is sound{', encrypted' if key else ''}; {newest}")
    good = newest_good(file, key)
    fix = f"oldfriend restore {good}" if good else f"stop Oldfriend, then: mv {file} {file}.damaged, and begin anew"
    return Finding("database", "fail", f"{file} is damaged ({fault}); newest good backup: {good or 'none'}", fix)


def _personas(default: str) -> "Finding":
    from bot.config import ROOT
    from bot.edges.doctor import Finding
    from bot.edges.persona_files import PersonaFiles

    cards = PersonaFiles(ROOT / "personas")
    good, bad = ", ".join(cards.names()), "; ".join(f"{name}: {why}" for name, why in cards.faults().items())
    if default not in cards.names():
        fix = f"mend it, or set persona.default to one of: {good or 'none works'}"
        return Finding("personas", "fail", f"the default, {default}, cannot be used: {cards.faults().get(default, 'it is not there')}", fix)
    if bad:
        return Finding("personas", "warn", f"{good}; cannot be used: {bad}", "mend the card; it is read again when you save it")
    return Finding("personas", "ok", good)


def _plugins() -> "Finding":
    from bot.config import ROOT
    from bot.edges.doctor import Finding
    from bot.edges.plugins import discover, discover_cogs

    found = discover(ROOT / "plugins"), discover_cogs(ROOT / "personas")
    good = ", ".join(plugin.name for plugins, _ in found for plugin in plugins)
    bad = "; ".join(f"{name}: {why}" for _, faults in found for name, why in faults.items())
    if bad:
        return Finding("plugins", "fail", f"cannot be used: {bad}", "mend the plugin, or move its folder out of plugins/")
    return Finding("plugins", "ok", good or "none")


def _show(finding: "Finding") -> None:
    sign, colour = _SIGNS[finding.state]
    typer.echo(f"{typer.style(sign, fg=colour)} {finding.state:4} {finding.what}: {finding.found}")
    if finding.fix:
        typer.echo(f"       → {finding.fix}")
