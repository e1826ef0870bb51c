"""Which strategy a reply follows, and what it was worth with this person before.

A bandit without chance: each strategy of a stage has a prior worth (``support.PRIOR``, for stage and feeling), which counts as much as
``_PRIOR_TIMES`` tries; what followed on the real ones is added (a Beta posterior's mean), and what was tried seldom gets a little more
(upper confidence bound: Auer et al. 2002). The counts are kept and can be read, so each choice explains itself.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import exp, log, sqrt
from types import MappingProxyType

from bot.mind.belief import Emotions
from bot.mind.standing import Standing
from bot.mind.support import PRIOR, Planner, Signal, Stage, Strategy

_PRIOR_TIMES = 4.0
_CURIOUS = 0.05
_LATE = timedelta(days=1)
"""An answer that comes later is none."""

_ANNOYED = re.compile(
    r"\b(?:stop (?:asking|it|that|teasing)|not helpful|doesn'?t help|don'?t (?:tell me what|lecture|ask)|not funny|shut up|whatever|you don'?t (?:get|understand)|leave it|that'?s not what i)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Tries:
    """How often something was tried, and how much good followed, 0 to 1 each time."""

    times: float = 0.0
    good: float = 0.0


@dataclass(frozen=True, slots=True)
class Tally:
    """What followed on the strategies tried with one person, by stage and strategy."""

    tries: Mapping[tuple[Stage, Strategy], Tries] = field(default_factory=dict)

    def learned(self, stage: Stage, strategy: Strategy, good: float) -> "Tally":
        """After one more try."""
        before = self.tries.get((stage, strategy), Tries())
        return Tally(MappingProxyType({**self.tries, (stage, strategy): Tries(before.times + 1, before.good + good)}))

    def written(self) -> str:
        """For the store, and for the person: ``{"comfort/question": [times, good]}``."""
        return json.dumps({f"{stage}/{strategy}": [tries.times, round(tries.good, 3)] for (stage, strategy), tries in self.tries.items()})


def tally_of(written: str | None) -> Tally:
    """What ``written`` wrote; an empty one for what is not understood."""
    try:
        kept = {tuple(name.split("/")): Tries(float(times), float(good)) for name, (times, good) in json.loads(written or "{}").items()}
        return Tally(MappingProxyType({(Stage(stage), Strategy(strategy)): tries for (stage, strategy), tries in kept.items()}))
    except (ValueError, TypeError, AttributeError):
        return Tally()


@dataclass(frozen=True, slots=True)
class Approach:
    """``reason`` is for the person who asks why."""

    stage: Stage
    strategy: Strategy
    reason: str


def approach(standing: Standing, tally: Tally, *, teases: bool) -> Approach:
    """The strategy worth most in this stage, for this feeling, with this person."""
    feeling = standing.belief.emotion
    seen = {f"stage={standing.stage}": 1.0, f"feels={feeling}": standing.belief.intensity}
    if standing.did is not None:
        seen[f"strategy -1={standing.did}"] = 1.0
    if standing.signal is Signal.ASKED_FOR_HELP:
        seen["they: wants advice"] = 1.0
    fit = PRIOR.get(f"stage={standing.stage}", PRIOR[f"stage={Stage.EXPLORE}"])
    scores = Planner(PRIOR).scores(seen)
    open_to = [strategy for strategy in fit if teases or strategy is not Strategy.TEASING]
    total = sum(tally.tries.get((standing.stage, strategy), Tries()).times for strategy in open_to)
    worth = {strategy: _worth(scores[strategy], tally.tries.get((standing.stage, strategy), Tries()), total) for strategy in open_to}
    best = max(open_to, key=lambda strategy: worth[strategy])
    tried = tally.tries.get((standing.stage, best), Tries())
    reason = f"you seemed to feel {feeling}" if feeling != "neutral" else "no strong feeling showed"
    if tried.times:
        reason += f"; {best} was tried with you {tried.times:.0f} times at this stage ({standing.stage}), and {100 * tried.good / tried.times:.0f} % of the good it can do followed"
    return Approach(standing.stage, best, reason)


def _worth(score: float, tries: Tries, total: float) -> float:
    prior = 1 / (1 + exp(1.0 - score))
    weight = _PRIOR_TIMES + tries.times
    return (_PRIOR_TIMES * prior + tries.good) / weight + _CURIOUS * sqrt(log(1 + total) / weight)


def learn(tally: Tally, before: Standing, emotions: Emotions | None, signal: Signal, text: str, now: datetime) -> Tally:
    """What their next message says of the reply before it: 1 where they feel better or say so, 0 where it annoyed them, 0.3 where they
    did not answer for a day, else by how much brighter the message is than what the reply answered."""
    if before.did is None or before.at is None:
        return tally
    if now - before.at > _LATE:
        good = 0.3
    elif _ANNOYED.search(text):
        good = 0.0
    elif signal is Signal.SETTLED:
        good = 1.0
    else:
        brighter = 0.0 if emotions is None else emotions.valence - before.felt
        good = min(1.0, max(0.0, 0.5 + 0.5 * brighter))
    return tally.learned(before.did_in, before.did, good)

