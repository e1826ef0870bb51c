"""What can be typed with a slash in front: the same as in Discord, for the person at the terminal."""

import re
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.edges.console.memory_orders import Lines, MemoryOrders, Order, no_memory, number
from bot.edges.console.picture_orders import PictureOrders
from bot.edges.console.visitor import Visitor
from bot.flows.reactions import Reaction
from bot.sdk import Companion, Memory, OldfriendError, Receipt

HOW_TO_ANSWER = "(/reachout on, or /reachout no)"
HELP = (
    "/memory list, /memory search WORDS, /memory show N — what I remember of you, with your own words",
    "/memory edit N WORDS, /memory pin N, unpin N, /memory merge N M — put it right",
    "/memory share N, unshare N — whether I may speak of it in servers too",
    "/memory delete N — forget one; /memory forget-everything — forget you altogether",
    "/memory why — why I said the last thing; /memory remember WORDS — keep that",
    "/memory export FILE, /memory import FILE — take it all along",
    "/memory pause, resume — I remember nothing in between; /memory learned, reset-learning — what matters to you",
    "/persona list, /persona use NAME — who I am",
    "/reachout on, off, status — may I write first?",
    "/reachout why, later, not-this, stop — about what I wrote last; /reachout cancel N — let go of a plan",
    "/reachout quiet-hours 22:00 09:00 (or off), /reachout timezone Europe/Berlin, /reachout where",
    "/reachout per-day 2, /reachout snooze HOURS (0 ends it)",
    "/mood FILE.png, /memory map FILE.png, /reachout calendar FILE.png — pictures: your mood, what you told me of, when I write first",
    "/privacy — what is kept, and where; /privacy no — keep nothing of me",
    "/quit — leave; I remember you",
)
PRIVACY = (
    "All that you write and what I make of it is kept on this computer, in one database in the home folder.",
    "{model} Nobody else's chat with me can use your memories.",
    "See it with /memory list, take it along with /memory export, delete one with /memory delete N, or all with /memory forget-everything; /memory "
    "pause stops remembering.",
    "{kept} Memories that nobody needs fade; backups follow within four days.",
    "I write first only after /reachout on. /reachout off ends that at once.",
)
REMEMBERED = (
    "What you tell me here I remember: on this computer, in its database, for your eyes.",
    "/privacy says more, /memory list shows it, /memory pause stops it, and after /privacy no I keep nothing of you.",
)
KEPT = "What we wrote goes by itself after {days} days."
KEPT_FOR_EVER = "What we wrote stays until you delete it."
MODEL_HERE = "No message leaves it: the language model runs here."
MODEL_ON_A_SERVER = (
    "The language model is on a server, {host}: to answer you and to remember, what you write, and what I remember that fits, is "
    "sent there, and whoever runs it can read it."
)


class Orders:
    """Carries out one visitor's slash commands."""

    def __init__(self, companion: Companion, visitor: Visitor) -> None:
        self._companion = companion
        self._visitor = visitor
        self._orders: Mapping[str, Order] = {
            "help": self._help,
            "privacy": self._privacy,
            "privacy yes": self._privacy_yes,
            "privacy no": self._privacy_no,
            "memory list": self._memory_list,
            "memory search": self._memory_search,
            "memory show": self._memory_show,
            "memory delete": self._memory_delete,
            "memory forget-everything": self._forget_everything,
            **MemoryOrders(companion, visitor).all(),
            **PictureOrders(companion, visitor).all(),
            "persona list": self._persona_list,
            "persona use": self._persona_use,
            "reachout on": self._reachout_on,
            "reachout off": self._reachout_off,
            "reachout no": self._reachout_off,
            "reachout list": self._reachout_status,
            "reachout not": self._reaction("not-this"),
            "reachout status": self._reachout_status,
            "reachout why": self._reaction("why"),
            "reachout later": self._reaction("later"),
            "reachout not-this": self._reaction("not-this"),
            "reachout stop": self._reaction("stop"),
            "reachout cancel": self._reachout_cancel,
            "reachout quiet-hours": self._quiet_hours,
            "reachout timezone": self._timezone,
            "reachout where": self._where,
            "reachout per-day": self._per_day,
            "reachout snooze": self._snooze,
        }

    async def obey(self, line: str) -> Lines:
        """Carry out what stands behind the slash; what to show the visitor."""
        group, _, rest = line.removeprefix("/").strip().partition(" ")
        verb, _, tail = rest.strip().partition(" ")
        for name, argument in ((f"{group} {verb}", tail), (group, rest)):
            if order := self._orders.get(name.casefold()):
                try:
                    return await order(argument.strip())
                except OldfriendError as fault:
                    return (str(fault),)
        near = [f"/{name}" for name in self._orders if name.split()[0] == group.casefold()]
        return (f"There is no such command. Try {', '.join(near) or '/help'}.",)

    async def _help(self, _: str) -> Lines:
        return HELP

    async def _privacy(self, _: str) -> Lines:
        host = self._companion.model_server
        model = MODEL_ON_A_SERVER.format(host=host) if host else MODEL_HERE
        days = self._companion.turns_days
        kept = KEPT.format(days=days) if days else KEPT_FOR_EVER
        return tuple(line.format(model=model, kept=kept) for line in PRIVACY)

    async def _privacy_yes(self, _: str) -> Lines:
        await self._companion.permission.allow(self._visitor.person)
        return ("I remember what you tell me, from this talk on.",)

    async def _privacy_no(self, word: str) -> Lines:
        count = await self._companion.permission.at_stake(self._visitor.person)
        if count and word.casefold() != "delete":
            return (f"I remember {count} things of you, and a no deletes them for good: /privacy no delete. /memory pause keeps them and adds none.",)
        return (f"We can talk as ever, and I keep nothing of it; /privacy yes changes that. {_counted(await self._companion.permission.refuse(self._visitor.person))}",)

    # -- memory

    async def _memory_list(self, _: str) -> Lines:
        memories = await self._companion.memories.browse(self._visitor.person)
        return await self._told(memories) or ("I remember nothing of you yet.",)

    async def _memory_search(self, words: str) -> Lines:
        if not words:
            return ("What shall I look for? /memory search WORDS",)
        found = await self._companion.recollect.memories(self._visitor.person, self._visitor.audience, words)
        return await self._told(found) or ("Nothing like that comes to mind.",)

    async def _memory_show(self, words: str) -> Lines:
        memory = await self._companion.memories.get(self._visitor.person, number(words))
        if memory is None:
            return no_memory(words)
        zone = await self._zone()
        lines = [f"#{memory.id} {memory.kind}: {memory.gist}", f"You said: “{memory.quote}”", f"on {_when(memory.said_at, zone)}"]
        if memory.happens_at:
            lines.append(f"it happens on {_when(memory.happens_at, zone)}")
        if memory.corrected or len(await self._companion.keep.sources(memory.person, memory.id)) > 1:
            lines += [f"it rests on: “{source.words}”" for source in await self._companion.keep.sources(memory.person, memory.id)]
        lines += ["put right by you"] if memory.corrected else []
        if memory.pinned:
            lines.append("pinned: it does not fade, and nothing replaces it")
            newer = await self._companion.keep.newer(memory)
            lines += [f"since then you said: “{m.quote}” (#{m.id}); /memory unpin {memory.id} lets that hold" for m in newer]
        if memory.superseded_by:
            lines.append(f"no longer true since #{memory.superseded_by}")
        return tuple(lines)

    async def _memory_delete(self, words: str) -> Lines:
        receipt = await self._companion.forget.memory(self._visitor.person, number(words))
        return no_memory(words) if receipt is None else (f"Forgotten. {_counted(receipt)}",)

    async def _forget_everything(self, word: str) -> Lines:
        if word.casefold() != "yes":
            return ("This deletes all that I know of you, for good. To do it, type: /memory forget-everything yes",)
        return (f"Everything is forgotten. {_counted(await self._companion.forget.everything(self._visitor.person))}",)

    async def _told(self, memories: tuple[Memory, ...]) -> Lines:
        zone = await self._zone()
        return tuple(
            f"#{m.id} {m.kind}: {m.gist}" + (f" ({_when(m.happens_at, zone)})" if m.happens_at else "") for m in memories
        )

    async def _zone(self) -> ZoneInfo:
        return ZoneInfo((await self._companion.people.consent(self._visitor.person)).timezone)

    # -- persona

    async def _persona_list(self, _: str) -> Lines:
        wardrobe = self._companion.wardrobe
        worn = await wardrobe.worn(self._visitor.person, self._visitor.audience)
        cards = [card for name in wardrobe.names() if (card := wardrobe.get(name))]
        good = [f"{'*' if card.name == worn.name else ' '} {card.name}: {card.summary}" for card in cards]
        return (*good, *(f"! {name} cannot be used: {why}" for name, why in wardrobe.faults().items()))

    async def _persona_use(self, name: str) -> Lines:
        if not name:
            return ("Which one? /persona use NAME",)
        card = await self._companion.wardrobe.use(self._visitor.person, self._visitor.audience, name.casefold())
        return (f"From now on I am {card.display}: {card.summary}",)

    # -- reaching out

    async def _reachout_on(self, _: str) -> Lines:
        await self._companion.reach_out.opt_in(self._visitor.person, True)
        return await self._reachout_status("")

    async def _reachout_off(self, _: str) -> Lines:
        await self._companion.reach_out.opt_in(self._visitor.person, False)
        return ("I will not write first any more.",)

    async def _reachout_status(self, _: str) -> Lines:
        consent = await self._companion.people.consent(self._visitor.person)
        if not consent.reach_out:
            return ("I never write first. /reachout on changes that.",)
        quiet = f"between {consent.quiet_start:%H:%M} and {consent.quiet_end:%H:%M} I keep quiet"
        lines = [f"I may write first, {_times(consent.per_day)} a day at most"]
        lines.append(quiet if consent.quiet_start != consent.quiet_end else "there are no quiet hours")
        if consent.timezone_known:
            lines.append(f"your time zone is {consent.timezone}")
        else:
            lines.append("I wait until I know your time zone: /reachout timezone Europe/Berlin")
            lines += [f"   from when you write I would guess {zone}" for zone in await self._companion.reach_out.invite.zones(consent.person)]
        hours = await self._companion.reach_out.invite.quiet(consent.person)
        lines += [f"you hardly ever write from {hours[0]:%H:%M} to {hours[1]:%H:%M}: /reachout quiet-hours {hours[0]:%H:%M} {hours[1]:%H:%M}"] if hours else []
        zone = ZoneInfo(consent.timezone)
        planned = await self._companion.reach_out.planned(self._visitor.person)
        held = await self._companion.reach_out.held_back(self._visitor.person)
        for p in planned:
            lines.append(f"#{p.id} planned for {_when(p.due, zone)}: {p.reason}")
            lines += [f"   held back: {held[p.id]}"] if p.id in held else []
        return tuple(lines)

    def _reaction(self, reaction: Reaction) -> Order:
        """To the last unprompted message."""

        async def react(_: str) -> Lines:
            return tuple((await self._companion.reach_out.reactions.react(self._visitor.person, reaction)).splitlines())

        return react

    async def _reachout_cancel(self, words: str) -> Lines:
        if await self._companion.reach_out.cancel(self._visitor.person, number(words)):
            return ("I will not write to you about it.",)
        return (f"I plan nothing with the number {words or '…'}; /reachout status shows what there is.",)

    async def _quiet_hours(self, words: str) -> Lines:
        hours = _hours(words)
        if hours is None:
            return ("Say it like this: /reachout quiet-hours 22:00 09:00, or off.",)
        consent = await self._companion.reach_out.set_quiet_hours(self._visitor.person, *hours)
        if consent.quiet_start == consent.quiet_end:
            return ("No quiet hours.",)
        return (f"Quiet from {consent.quiet_start:%H:%M} to {consent.quiet_end:%H:%M}.",)

    async def _timezone(self, name: str) -> Lines:
        if not name:
            return ("Where are you? /reachout timezone Europe/Berlin",)
        consent = await self._companion.reach_out.set_timezone(self._visitor.person, name)
        return (f"Your time zone is {consent.timezone}.",)

    async def _per_day(self, words: str) -> Lines:
        consent = await self._companion.reach_out.set_per_day(self._visitor.person, number(words))
        return (f"{_times(consent.per_day)} a day at most.".capitalize(),)

    async def _snooze(self, words: str) -> Lines:
        if not words.isascii() or not words.isdigit() or int(words) > 720:
            return ("For how many hours? /reachout snooze 12, up to 720; 0 ends it.",)
        until = self._companion.clock.now() + timedelta(hours=int(words)) if int(words) else None
        await self._companion.reach_out.snooze(self._visitor.person, until)
        return (f"I write nothing first until {_when(until, await self._zone())}." if until else "I may write first again, if you let me.",)

    async def _where(self, _: str) -> Lines:
        return ("Here, where you alone read it. Elsewhere, in a server of Discord, people may choose the channel where they told me.",)


def _hours(words: str) -> tuple[time, time] | None:
    """Start and end; both the same for no quiet hours, None for words that are no hours."""
    if words.casefold() in ("off", "none"):
        return time(), time()
    hours = [_clock_time(part) for part in re.split(r"[\s–-]+", words) if part]
    match hours:
        case [time() as start, time() as end]:
            return start, end
    return None


def _clock_time(text: str) -> time | None:
    match = re.fullmatch(r"(\d{1,2})(?::(\d{2}))?", text, re.ASCII)
    if match is None:
        return None
    hour, minute = int(match[1]), int(match[2] or 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _when(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%a %d %b %Y, %H:%M}"


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def _counted(receipt: Receipt) -> str:
    counts = (
        (receipt.turns, "message", "messages"),
        (receipt.memories, "memory", "memories"),
        (receipt.proposals, "plan to write", "plans to write"),
        (receipt.unprompted, "message of mine that you had not asked for", "messages of mine that you had not asked for"),
        (receipt.decisions, "decision", "decisions"),
    )
    gone = [f"{count} {one if count == 1 else many}" for count, one, many in counts if count]
    return f"Deleted: {', '.join(gone) or 'nothing'}."
