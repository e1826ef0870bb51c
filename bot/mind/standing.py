"""How a conversation stands: what is believed of the person, the stage of the talk, and what the companion did last.

It is carried from one message to the next, and fades with time.
"""

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from bot.mind.belief import LABELS, Belief, Emotions, Need, update
from bot.mind.empathy import Intent, Reading
from bot.mind.support import Signal, Stage, Strategy, advance, signal_of

_NEW_TALK = timedelta(hours=6)
"""After so long a silence a talk begins anew."""

_SHAKEN = timedelta(days=3)
"""After danger it does not begin anew before that."""

_CALM = -0.15
"""Valence above which nobody needs comfort any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """``at`` is when they last wrote; None before that. ``did`` is the strategy of the companion's last reply, None where it had none,
    and ``felt`` the valence (-1 to 1) that it answered."""

    belief: Belief = Belief()
    stage: Stage = Stage.EXPLORE
    signal: Signal = Signal.TOLD
    at: datetime | None = None
    did: Strategy | None = None
    did_in: Stage = Stage.EXPLORE
    felt: float = 0.0

    def heard(self, reading: Reading, emotions: Emotions | None, text: str, now: datetime, *, danger: bool) -> "Standing":
        """After one more message. Without an emotion reader (``emotions`` is None) what the words show is all the evidence."""
        pause = timedelta(0) if self.at is None else max(timedelta(0), now - self.at)
        signal = signal_of(text, danger=danger)
        if signal is Signal.TOLD and reading.intent is Intent.COMFORT:
            signal = Signal.HURT
        begins = pause > (_SHAKEN if self.stage is Stage.CRISIS else _NEW_TALK)
        belief = update(self.belief, emotions or Emotions.of(reading.emotion, reading.intensity), reading, text, pause.total_seconds())
        if signal is Signal.TOLD and self.stage in (Stage.COMFORT, Stage.ACT) and belief.valence > _CALM:
            signal = Signal.CALM
        return replace(self, belief=belief, stage=advance(Stage.EXPLORE if begins else self.stage, signal), signal=signal, at=now)

    @property
    def tender(self) -> bool:
        """Whether it is no time for jokes, whatever the last message was about."""
        return self.stage is Stage.CRISIS or (self.stage is Stage.COMFORT and self.belief.valence < 2 * _CALM)

    def answered(self, did: Strategy | None) -> "Standing":
        """After the companion's reply."""
        return replace(self, did=did, did_in=self.stage, felt=self.belief.valence)

    def written(self) -> str:
        """For the store."""
        shares = {label: round(share, 3) for label, share in self.belief.shares.items() if share >= 0.01}
        need = self.belief.need
        return json.dumps(
            {
                "shares": shares, "weight": round(self.belief.weight, 3), "intent": self.belief.intent, "need": need, "stage": self.stage,
                "signal": self.signal, "at": self.at.isoformat() if self.at else None, "did": self.did, "did_in": self.did_in,
                "felt": round(self.felt, 3),
            }
        )


def standing_of(written: str | None) -> Standing:
    """What ``written`` wrote; a new one where nothing was written, or what was is not understood any more."""
    try:
        return _standing(json.loads(written or "{}"))
    except (ValueError, TypeError, KeyError, AttributeError):
        return Standing()


def _standing(kept: dict[str, Any]) -> Standing:
    if not kept:
        return Standing()
    shares = MappingProxyType({label: float(kept["shares"].get(label, 0.0)) for label in LABELS})
    need, did, at = kept["need"], kept["did"], kept["at"]
    belief = Belief(shares=shares, weight=float(kept["weight"]), intent=Intent(kept["intent"]), need=Need(need) if need else None)
    return Standing(
        belief=belief, stage=Stage(kept["stage"]), signal=Signal(kept["signal"]), at=datetime.fromisoformat(at) if at else None,
        did=Strategy(did) if did else None, did_in=Stage(kept["did_in"]), felt=float(kept["felt"]),
    )
