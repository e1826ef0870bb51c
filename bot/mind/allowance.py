"""How much anybody, and any server, may ask for: somebody who floods the companion must not take it from the others.

Token buckets: so many messages at once, then so many a minute. Each answer costs at most one prompt of the size that the model is given and
``LONGEST_REPLY`` tokens for each draft, so a limit on messages is a limit on what they cost.
"""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

_REMEMBERED = 20_000
"""Buckets kept; who was heard longest ago is given a full one."""


@dataclass(frozen=True, slots=True)
class Limit:
    """``at_once`` messages, and ``a_minute`` more as time goes on."""

    at_once: float
    a_minute: float


PERSON = Limit(at_once=60, a_minute=15)
SERVER = Limit(at_once=300, a_minute=150)


class Verdict(Enum):
    GRANTED = "granted"
    FIRST_REFUSAL = "first refusal"
    """Say so, this once."""
    REFUSED = "refused"


@dataclass(slots=True)
class _Bucket:
    left: float
    at: datetime
    told: bool = False


class Allowance:
    """Keeps count. ``limits`` by the beginning of a name: ``discord:1`` is a person, ``server:7`` a server."""

    def __init__(self, person: Limit = PERSON, server: Limit = SERVER) -> None:
        self._person = person
        self._server = server
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def ask(self, names: Iterable[str], now: datetime) -> Verdict:
        """One message of whoever is named: the person, and the server where it was said. Nothing is taken from one where another is empty."""
        buckets = [self._filled(name, now) for name in names]
        if empty := [bucket for bucket in buckets if bucket.left < 1]:
            first = not any(bucket.told for bucket in empty)
            for bucket in empty:
                bucket.told = True
            return Verdict.FIRST_REFUSAL if first else Verdict.REFUSED
        for bucket in buckets:
            bucket.left -= 1
            bucket.told = False
        return Verdict.GRANTED

    def _filled(self, name: str, now: datetime) -> _Bucket:
        limit = self._server if name.startswith("server:") else self._person
        bucket = self._buckets.setdefault(name, _Bucket(limit.at_once, now))
        self._buckets.move_to_end(name)
        if len(self._buckets) > _REMEMBERED:
            self._buckets.popitem(last=False)
        minutes = max((now - bucket.at).total_seconds(), 0) / 60  # a clock that was set back gives nothing
        bucket.left = min(limit.at_once, bucket.left + minutes * limit.a_minute)
        bucket.at = now
        return bucket
