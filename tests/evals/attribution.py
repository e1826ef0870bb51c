"""``python -m tests.evals.attribution [CASES]``: is what is remembered of a talk among several people remembered of whoever said it?

CASES is JSON lines of ``{"category", "talk", "words"}``. A line of talk is ``"ann: text"``, ``"ann re 0: text"`` (a reply to line 0; ``re bot`` to the
companion's last answer), ``"ann fwd 0:"`` (that line forwarded), ``... dm:`` said in private. ``words`` names for each telling word the one person who
said it of themselves. All goes through a simulated Discord and the real flows, with a model that wants to keep each sentence it is shown.
"""

import argparse
import asyncio
import json
import re
import sys
from pathlib import Path
from typing import Any

import simcord
from simcord.actors import MemberActor
from simcord.builders import ChannelHandle
from simcord.env import Env

from bot.edges.discord.client import Client
from bot.flows.supervise import Supervisor
from bot.mind.events import Memory
from bot.mind.salience import sentences
from bot.ports import Completion
from tests.fakes.store import FakeStore
from tests.flows.household import Household
from tests.plugins.company import company

CASES = Path(__file__).parent / "cases" / "attribution.jsonl"
_LINE = re.compile(r"(?P<who>\w+)(?: re (?P<answers>\d+|bot)| fwd (?P<passes>\d+))?(?P<private> dm)?:\s*(?P<text>.*)", re.S)


def greedy(request: Completion) -> str:
    """Wants to keep everything."""
    events = [{"quote": said, "kind": "experience", "gist": said, "emotion": "neutral", "importance": 5} for said in sentences(request.messages[-1].content)]
    return json.dumps({"events": events[:4]})


async def play(case: dict[str, Any]) -> tuple[list[tuple[str, Memory]], int]:
    """Memories that were made, each with the name of whose it is; and how many messages were answered."""
    async with Supervisor() as supervisor:
        home = Household(supervisor, FakeStore())
        home.notes = greedy
        client = Client(company(supervisor, home.store, home.clock, inbox=home.inbox, forget=home.forget), ())
        async with simcord.run(client) as env:
            people = await _talk(env, case["talk"], supervisor)
        names = {f"discord:{who.id}": name for name, who in people.items()}
        answered = sum(turn.by_bot for turn in home.store.shelf.turns.values())
        return [(names[m.person], m) for m in home.store.shelf.memories.values()], answered


async def _talk(env: Env, talk: list[str], supervisor: Supervisor) -> dict[str, MemberActor]:
    lounge = env.create_guild().create_text_channel("lounge")
    people: dict[str, MemberActor] = {}
    said: list[Any] = []
    for line in talk:
        found = _LINE.fullmatch(line)
        assert found is not None, line
        who = people.setdefault(found["who"], env.guild.add_member(env.create_user(found["who"]))) if found["who"] not in people else people[found["who"]]
        said.append(await _say(env, lounge, who, found, said))
        await supervisor.idle()
        await env.advance_time(5)
    return people


async def _say(env: Env, lounge: ChannelHandle, who: MemberActor, line: re.Match[str], said: list[Any]) -> object:
    if line["passes"]:
        if line["private"]:
            await who.send_dm("look at this")
            return await who.forward(said[int(line["passes"])], ChannelHandle(env, None, env.backend.get_dm_channel(who.id)))
        return await who.forward(said[int(line["passes"])], lounge)
    if line["private"]:
        return await who.send_dm(line["text"])
    ours = [m for m in lounge.history() if env.bot.user is not None and m.author.id == env.bot.user.id]
    answers = (ours[-1] if line["answers"] == "bot" else said[int(line["answers"])]) if line["answers"] else None
    return await who.send(lounge, line["text"], reply_to=answers)


def wrong(case: dict[str, Any], owner: str, memory: Memory) -> bool:
    """Does it hold a word that somebody else said of themselves?"""
    return any(word in memory.quote and teller != owner for word, teller in case["words"].items())


async def measure(cases: list[dict[str, Any]]) -> dict[str, Any]:
    """How much was remembered, and per cent of it with the right author."""
    remembered, faults, silent = 0, [], 0
    for case in cases:
        memories, answered = await play(case)
        remembered += len(memories)
        silent += not answered
        faults += [f"{case['category']}: {memory.quote!r} as {owner}'s" for owner, memory in memories if wrong(case, owner, memory)]
    return {
        "transcripts": len(cases), "remembered": remembered, "right_author": round(100 * (1 - len(faults) / max(remembered, 1)), 1),
        "never_answered": silent, "wrong": faults,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", type=Path, nargs="?", default=CASES)
    cases = [json.loads(line) for line in parser.parse_args().cases.read_text().splitlines()]
    sys.stdout.write(json.dumps(asyncio.run(measure(cases)), indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
