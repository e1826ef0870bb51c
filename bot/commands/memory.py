"""``memory``: what the companion remembers of a person at this terminal. Needs no language model."""

import json
import os
from collections.abc import Callable, Coroutine
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commands.options import Config, Home, Json, User, Yes, login_name, settings_of
from bot.commands.outcome import finish
from bot.errors import OldfriendError

if TYPE_CHECKING:
    from bot.mind.events import Memory, Receipt
    from bot.wiring import Records

app = typer.Typer(help="See, take along and delete what is remembered of you.", no_args_is_help=True)

Number = Annotated[int, typer.Argument(metavar="N", min=1, help="The number that `memory list` shows.")]
Past = Annotated[bool, typer.Option("--past", help="Also what is no longer true.")]


@app.command("list")
def list_(user: User = None, past: Past = False, as_json: Json = False, config: Config = None, home: Home = None) -> None:
    """List memories, newest first."""

    async def work(records: "Records", person: str) -> None:
        memories = await records.memories.browse(person, past=past)
        if as_json:
            _print_json([_plain(memory) for memory in memories])
        elif memories:
            for memory in memories:
                typer.echo(f"#{memory.id} {memory.kind}: {memory.gist}")
        else:
            typer.echo("Nothing is remembered of you.", err=True)

    _with_records(work, user, config, home)


@app.command("show")
def show(number: Number, user: User = None, as_json: Json = False, config: Config = None, home: Home = None) -> None:
    """Show one memory with all that is known about it."""

    async def work(records: "Records", person: str) -> None:
        memory = await records.memories.get(person, number)
        if memory is None:
            raise _no_memory(number)
        if as_json:
            _print_json(_plain(memory))
        else:
            for key, value in _plain(memory).items():
                typer.echo(f"{key.replace('_', ' ')}: {'' if value is None else value}")

    _with_records(work, user, config, home)


@app.command("portrait")
def portrait(user: User = None, as_json: Json = False, config: Config = None, home: Home = None) -> None:
    """What stands about you in every private conversation, and what was summed up by topic."""

    async def work(records: "Records", person: str) -> None:
        from bot.mind.events import private_audience

        found = await records.summaries.of(person, private_audience(person))
        if as_json:
            _print_json([{"level": s.level, "about": s.about, "text": s.text, "sources": list(s.sources)} for s in found])
        for summary in () if as_json else found:
            typer.echo(f"{summary.about or 'you'}: {summary.text}")
        if not found and not as_json:
            typer.echo("There is none; one is written some minutes after you last talked.", err=True)

    _with_records(work, user, config, home)


@app.command("delete")
def delete(
    number: Number, user: User = None, yes: Yes = False, as_json: Json = False, config: Config = None, home: Home = None
) -> None:
    """Delete one memory, with the messages it came from and all that was made of it."""

    async def work(records: "Records", person: str) -> None:
        if (memory := await records.memories.get(person, number)) is None:
            raise _no_memory(number)
        _agree(f"Delete #{memory.id} “{memory.gist}” for good?", yes)
        receipt = await records.forgetting.memory(person, number)
        if receipt is None:
            raise _no_memory(number)
        _print_receipt(receipt, as_json)

    _with_records(work, user, config, home)


@app.command("export")
def export(
    file: Annotated[Path | None, typer.Argument(help="A new file for it; without one it is printed.")] = None,
    user: User = None, config: Config = None, home: Home = None,
) -> None:
    """Everything that is known of a person, as one JSON document. `memory import` brings it back."""

    async def work(records: "Records", person: str) -> None:
        from bot.mind.archive import document

        words = document(person, await records.archives.everything(person), records.clock.now())
        if file is None:
            return typer.echo(words)
        try:
            private_file(file, words)
        except OSError as fault:
            raise OldfriendError(f"{file} cannot be written ({fault.strerror}); choose a new file somewhere else") from fault

    _with_records(work, user, config, home)


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="What `memory export` wrote, or `/memory export` in a chat.")],
    user: User = None, as_json: Json = False, config: Config = None, home: Home = None,
) -> None:
    """Bring back memories and messages from a file. What is here stays as it is, and nothing is taken in twice."""
    settings = settings_of(config, home)

    async def work() -> None:
        from bot.commands.bars import Bars
        from bot.edges.console import Visitor
        from bot.wiring import open_transfer

        try:
            data = file.read_bytes()
        except OSError as fault:
            raise OldfriendError(f"{file} cannot be read ({fault.strerror}); name the file that `oldfriend memory export` wrote") from fault
        with Bars() as bars:
            person = Visitor(user or login_name()).person
            async with open_transfer(settings, bars, person) as transfer:
                taken = await transfer.take_in(person, data)
        if as_json:
            return _print_json(asdict(taken))
        typer.echo(f"Taken in: {taken.memories} memories, {taken.turns} messages, all private; {taken.known} memories were here already.")

    finish(work())


@app.command("forget-everything")
def forget_everything(user: User = None, yes: Yes = False, as_json: Json = False, config: Config = None, home: Home = None) -> None:
    """Delete all that is known of a person."""

    async def work(records: "Records", person: str) -> None:
        _agree(f"Delete all that is known of {person.removeprefix('console:')}, for good?", yes)
        _print_receipt(await records.forgetting.everything(person), as_json)

    _with_records(work, user, config, home)


@app.command("learned")
def learned(
    forget: Annotated[bool, typer.Option("--forget", help="Forget it, and how our talks stand.")] = False,
    user: User = None, as_json: Json = False, config: Config = None, home: Home = None,
) -> None:
    """Show what was learned about how to be there for you: what was tried, how often, and how much good followed."""

    async def work(records: "Records", person: str) -> None:
        from bot.flows.attend import TALLY, Attend
        from bot.mind.approach import tally_of

        if forget:
            await Attend(records.people).reset(person)
        tally = tally_of(await records.people.setting(person, TALLY))
        if as_json:
            return _print_json(json.loads(tally.written()))
        for (stage, strategy), tries in tally.tries.items():
            typer.echo(f"{stage}, {strategy}: tried {tries.times:.0f} times, {100 * tries.good / tries.times:.0f} % of the good it can do followed")
        if not tally.tries:
            typer.echo("Nothing was learned yet.", err=True)

    _with_records(work, user, config, home)


def _with_records(
    work: "Callable[[Records, str], Coroutine[Any, Any, None]]", user: str | None, config: Config, home: Home
) -> None:
    settings = settings_of(config, home)

    async def opened() -> None:
        from bot.edges.console import Visitor
        from bot.wiring import open_records

        async with open_records(settings) as records:
            await work(records, Visitor(user or login_name()).person)

    finish(opened())


def _agree(question: str, yes: bool) -> None:
    if not yes and not typer.confirm(question, err=True):
        raise OldfriendError("nothing was deleted; --yes deletes without asking")


def _no_memory(number: int) -> OldfriendError:
    return OldfriendError(f"there is no memory {number} of this person; `oldfriend memory list` shows them")


def _plain(memory: "Memory") -> dict[str, object]:
    """A memory in values that JSON has; times in ISO 8601, UTC."""
    words = ("id", "kind", "gist", "quote", "importance", "emotion", "sensitive", "shareable", "superseded_by", "audience", "place", "recurs")
    times = {"said_at": memory.said_at, "happens_at": memory.happens_at, "ends_at": memory.ends_at, "resolved_at": memory.resolved_at}
    told = {key: getattr(memory, key) for key in words} | {key: moment and moment.isoformat() for key, moment in times.items()}
    return told | {"participants": [asdict(each) for each in memory.participants]}


def private_file(path: Path, words: str) -> None:
    """Write a new file that only its owner can read. Raises OSError."""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(words)


def _print_receipt(receipt: "Receipt", as_json: bool) -> None:
    counts = asdict(receipt)
    if as_json:
        return _print_json(counts)
    gone = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
    typer.echo(f"Deleted: {gone or 'nothing'}.")


def _print_json(value: object) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))
