"""What may never happen in a world, stated a second time and from the outside: from its timeline and from what was sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

Entry = Mapping[str, Any]

HOUR, WEEK = timedelta(hours=1), timedelta(days=7)

_MATTERS = 0.6


@dataclass(frozen=True, slots=True)
class Allowed:
    """What a person allows at a moment."""

    on: bool
    zone: ZoneInfo
    quiet: tuple[time, time]
    snoozed_until: datetime | None


class Witness:
    """Knows a person's life and everything that was sent to them."""

    def __init__(self, world: Entry, sends: Sequence[Entry]) -> None:
        self._world = world
        self._sends = sorted(sends, key=lambda send: _at(send))
        self._timeline = sorted(world["timeline"], key=lambda entry: _at(entry))
        self._events = {entry["id"]: entry for entry in self._timeline if entry["do"] == "event"}
        answered = zip(self._sends, world["answers"], strict=False)
        self._answers = [_at(send) + HOUR for send, answers in answered if answers]
        said = [_at(entry) for entry in self._timeline if entry["do"] in ("say", "event", "resolve")]
        self._spoke = sorted([*said, *self._answers])

    def broken(self) -> list[str]:
        """The rules that were broken, one name for each time."""
        return [rule for send in self._sends for rule in self._stands_against(_at(send), send)]

    def coverage(self) -> tuple[int, int]:
        """Of the events worth asking about: how many were asked about, how many were missed although some hour was free."""
        asked = {send["event"] for send in self._sends if send["kind"] == "follow_up"}
        worth = [name for name, event in self._events.items() if event["importance"] >= _MATTERS and not event.get("sensitive")]
        return sum(name in asked for name in worth), sum(self._missed(name) for name in worth if name not in asked)

    def _missed(self, name: str) -> bool:
        event = self._events[name]
        happens = datetime.fromisoformat(event["happens_at"])
        for send in self._sends:
            ignored = _at(send) + HOUR not in self._answers
            kind = self._events[send["event"]]["kind"]
            if ignored and kind == event["kind"] and timedelta(0) < happens - _at(send) < timedelta(days=30):
                return False
        end = datetime.fromisoformat(self._world["start"]) + timedelta(days=self._world["days"])
        hours = (happens + n * HOUR for n in range(3, 48))
        draft = {"event": name, "kind": "follow_up", "text": "?", "at": ""}
        return any(not self._stands_against(hour, draft) for hour in hours if hour < end)

    def _stands_against(self, at: datetime, send: Entry) -> list[str]:
        before = [other for other in self._sends if _at(other) <= at and other is not send]
        rules = {**self._about_them(at, [_at(other) for other in before]), **self._about_the_event(at, send, before)}
        rules["too long"] = len(send["text"]) > 280
        rules["two questions"] = send["text"].count("?") > 1
        return [rule for rule, is_broken in rules.items() if is_broken]

    def _about_them(self, at: datetime, sent: Sequence[datetime]) -> dict[str, bool]:
        allowed, spoke = self._allowed(at), [moment for moment in self._spoke if moment <= at]
        day = at.astimezone(allowed.zone).date()
        return {
            "not wanted": not allowed.on,
            "snoozed": allowed.snoozed_until is not None and at < allowed.snoozed_until,
            "quiet hours": _is_within(at.astimezone(allowed.zone).time(), *allowed.quiet),
            "the day's share": sum(moment.astimezone(allowed.zone).date() == day for moment in sent) >= self._world["per_day"],
            "three in seven days": sum(moment > at - WEEK for moment in sent) >= 3,
            "six hours between": bool(sent) and at - sent[-1] < 6 * HOUR,
            "in a conversation": bool(spoke) and at - spoke[-1] < HOUR / 2,
            "after two unanswered": sum(not spoke or moment > spoke[-1] for moment in sent) >= 2,
        }

    def _about_the_event(self, at: datetime, send: Entry, before: Sequence[Entry]) -> dict[str, bool]:
        event = self._events[send["event"]]
        happens = datetime.fromisoformat(event["happens_at"])
        over = [entry for entry in self._timeline if entry["do"] in ("delete", "resolve") and entry["id"] == send["event"]]
        asks = send["kind"] == "follow_up"
        return {
            "never told": _at(event) > at,
            "deleted or told already": any(_at(entry) <= at for entry in over),
            "twice about it": any((other["event"], other["kind"]) == (send["event"], send["kind"]) for other in before),
            "before it happened": asks and at < happens,
            "stale": asks and at > happens + 72 * HOUR,
        }

    def _allowed(self, at: datetime) -> Allowed:
        state: dict[str, Any] = {"on": self._world["opt_in"], "tz": self._world["tz"], "quiet": self._world["quiet"], "until": None}
        for entry in self._timeline:
            if _at(entry) > at:
                break
            state |= _changed(entry)
        start, end = map(time.fromisoformat, state["quiet"])
        return Allowed(state["on"], ZoneInfo(state["tz"]), (start, end), state["until"])


def _changed(entry: Entry) -> dict[str, Any]:
    """What a command changes."""
    match entry["do"]:
        case "stop" | "start" as word:
            return {"on": word == "start"}
        case "tz":
            return {"tz": entry["tz"]}
        case "quiet":
            return {"quiet": [entry["start"], entry["end"]]}
        case "snooze":
            return {"until": _at(entry) + entry["hours"] * HOUR}
    return {}


def _is_within(wall: time, start: time, end: time) -> bool:
    if start == end:
        return False
    return start <= wall < end if start < end else not end <= wall < start


def _at(entry: Entry) -> datetime:
    return datetime.fromisoformat(entry["at"])
