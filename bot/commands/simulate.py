"""``simulate``: people's lives on a virtual clock, to see when the companion writes first and whether it keeps its rules."""

import json
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from bot.commands.outcome import outcome

Entry = dict[str, Any]


def simulate(
    world: Annotated[Path, typer.Argument(help="A world: a line of JSON for each person.", exists=True, dir_okay=False)],
    person: Annotated[str | None, typer.Option(help="Only this person.")] = None,
    calendars: Annotated[bool, typer.Option(help="Print each person's calendar.")] = True,
) -> None:
    """Let the people of a world live, with the real code on a virtual clock.

    Prints each unprompted message, the rules that were broken (there must be none), and how many of the events worth asking
    about were asked about. Nothing of it touches your own data.
    """
    from bot.commands.life import live_all
    from bot.commands.world_rules import Witness

    with outcome():
        lines = [line for line in world.read_text().splitlines() if line.strip()]
        lives = [(line, life) for line in lines if (life := json.loads(line))["user"] == (person or life["user"])]
        kinds: Counter[str] = Counter()
        broken: Counter[str] = Counter()
        asked = missed = 0
        for (_, life), sends in zip(lives, live_all([line for line, _ in lives]), strict=True):
            witness = Witness(life, sends)
            broken.update(witness.broken())
            kinds.update(send["kind"] for send in sends)
            found = witness.coverage()
            asked, missed = asked + found[0], missed + found[1]
            if calendars:
                typer.echo("\n".join(_calendar(life, sends)))
        typer.echo(f"{len(lives)} people, {kinds.total()} unprompted messages: " + ", ".join(f"{n} {kind}" for kind, n in kinds.most_common()))
        typer.echo(f"rules broken: {broken.total()}" + "".join(f"\n  {rule}: {n}" for rule, n in broken.most_common()))
        typer.echo(f"coverage: {100 * asked / max(1, asked + missed):.1f} ({asked} asked about, {missed} missed)")
    raise typer.Exit(1 if broken else 0)


def _calendar(life: Entry, sends: Sequence[Entry]) -> list[str]:
    """The messages of one person, on the clock of the zone they began in."""
    zone = ZoneInfo(life["tz"])
    lines = [f"{life['user']} ({life['tz']}, {'opted in' if life['opt_in'] else 'not opted in'})"]
    for send in sends:
        lines.append(f"  {datetime.fromisoformat(send['at']).astimezone(zone):%a %d %b %Y %H:%M}  {send['kind']:<12} {send['text']}")
    return lines
