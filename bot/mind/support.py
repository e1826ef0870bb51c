"""Being there for somebody: which stage a talk is in, and which strategy fits next.

The stages are those of helping skills (Hill 2009; Liu et al. 2021): explore, comfort, act; they are left for banter, a task, or
a crisis. All transitions are in one table. A planner adds up weights of what is seen, so each choice can be explained; it knows
no numbers of its own but a small prior.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import log, sqrt
from types import MappingProxyType

from bot.mind import chinese, german


class Stage(StrEnum):
    EXPLORE = "explore"
    COMFORT = "comfort"
    ACT = "act"
    BANTER = "banter"
    TASK = "task"
    CRISIS = "crisis"


class Signal(StrEnum):
    """What a message of theirs says about where the talk should go."""

    DANGER = "danger"
    ASKED_FOR_HELP = "asked for help"
    ASKED_FOR_A_THING = "asked for a thing"
    HURT = "hurt"
    SETTLED = "settled"
    JOKED = "joked"
    CALM = "calm again"
    """What is believed of them says so, not one message."""
    TOLD = "told"


class Strategy(StrEnum):
    """What a reply does. The first eight are those of ESConv, the others belong to friendship."""

    QUESTION = "question"
    RESTATEMENT = "restatement"
    REFLECTION = "reflection of feelings"
    DISCLOSURE = "self-disclosure"
    AFFIRMATION = "affirmation"
    SUGGESTION = "suggestion"
    INFORMATION = "information"
    OTHER = "other"
    PRAISE = "praise"
    HUMOUR = "humour"
    TEASING = "teasing"
    DISAGREEMENT = "disagreement"
    QUIET_COMPANY = "quiet company"


_TRANSITIONS: Mapping[tuple[Stage, Signal], Stage] = {
    (Stage.EXPLORE, Signal.HURT): Stage.COMFORT,
    (Stage.EXPLORE, Signal.ASKED_FOR_HELP): Stage.ACT,
    (Stage.EXPLORE, Signal.ASKED_FOR_A_THING): Stage.TASK,
    (Stage.EXPLORE, Signal.JOKED): Stage.BANTER,
    (Stage.EXPLORE, Signal.SETTLED): Stage.BANTER,
    (Stage.COMFORT, Signal.ASKED_FOR_HELP): Stage.ACT,
    (Stage.COMFORT, Signal.ASKED_FOR_A_THING): Stage.TASK,
    (Stage.COMFORT, Signal.SETTLED): Stage.ACT,
    (Stage.COMFORT, Signal.CALM): Stage.EXPLORE,
    (Stage.ACT, Signal.CALM): Stage.EXPLORE,
    (Stage.ACT, Signal.HURT): Stage.COMFORT,
    (Stage.ACT, Signal.ASKED_FOR_A_THING): Stage.TASK,
    (Stage.ACT, Signal.SETTLED): Stage.BANTER,
    (Stage.ACT, Signal.JOKED): Stage.BANTER,
    (Stage.BANTER, Signal.HURT): Stage.COMFORT,
    (Stage.BANTER, Signal.TOLD): Stage.EXPLORE,
    (Stage.BANTER, Signal.ASKED_FOR_HELP): Stage.ACT,
    (Stage.BANTER, Signal.ASKED_FOR_A_THING): Stage.TASK,
    (Stage.TASK, Signal.HURT): Stage.COMFORT,
    (Stage.TASK, Signal.TOLD): Stage.EXPLORE,
    (Stage.TASK, Signal.SETTLED): Stage.BANTER,
    (Stage.TASK, Signal.JOKED): Stage.BANTER,
    (Stage.CRISIS, Signal.SETTLED): Stage.COMFORT,
}
"""What is not listed changes nothing: a joke does not end comforting, and a crisis ends only when they say so."""

_SIGNALS = tuple(
    (signal, re.compile(words, re.IGNORECASE))
    for signal, words in (
        (Signal.ASKED_FOR_HELP, r"\b(?:what (?:should|can|could|do) i|should i|how (?:do|can|should) i|any (?:advice|ideas?|tips?|suggestions?)|help me|what would you do)\b|" + german.HELP + "|" + chinese.HELP),
        (Signal.ASKED_FOR_A_THING, r"\b(?:can|could|would) you (?:please )?(?:write|find|explain|tell me|translate|list|calculate|look|remind)\b|^\W*(?:translate|calculate|explain|list|define)\b|" + german.THING + "|" + chinese.THING),
        (Signal.SETTLED, r"\b(?:thank(?:s| you)|feel(?:ing)? (?:\w+ )?better|that helps?|good idea|i(?:'ll| will) try|you'?re right|makes sense|that'?s true)\b|" + german.SETTLED + "|" + chinese.SETTLED),
        (Signal.HURT, r"\b(?:sad|depress\w*|anxi\w*|afraid|scared|lonely|alone|hopeless|stress\w*|overwhelm\w*|upset|hurts?|cry\w*|cried|worthless|devastated|angry|guilty|ashamed|terrible|awful|hard on me|struggl\w*|lost my|broke up|died|panic\w*)\b"),
        (Signal.JOKED, r"\b(?:lol|lmao|haha\w*|just kidding|jk)\b|😂|🤣"),
    )
)


def signal_of(text: str, *, danger: bool = False) -> Signal:
    """Read one message. ``danger`` is for the caller to know."""
    if danger:
        return Signal.DANGER
    return next((signal for signal, words in _SIGNALS if words.search(text)), Signal.TOLD)


def advance(stage: Stage, signal: Signal) -> Stage:
    """The stage after a message."""
    return Stage.CRISIS if signal is Signal.DANGER else _TRANSITIONS.get((stage, signal), stage)


@dataclass(frozen=True, slots=True)
class Said:
    """One message of the talk; ``strategy`` is None for theirs and where it is not known."""

    text: str
    theirs: bool
    strategy: Strategy | None = None


def stage_of(talk: Sequence[Said]) -> Stage:
    """Where a talk stands after all that was said."""
    stage = Stage.EXPLORE
    for said in talk:
        if said.theirs:
            stage = advance(stage, signal_of(said.text))
    return stage


_ASKS = re.compile(r"\?")
_CUES = {
    "thanks": r"thank|appreciate", "leaves": r"\bbye\b|take care|good (?:day|night)|have a (?:great|good|nice)", "greets": r"\bhi\b|hello|\bhey\b|good (?:morning|evening|afternoon)",
    "agrees": r"^\W*(?:yes|yeah|yep|sure|ok|okay|true|right)\b", "denies": r"^\W*(?:no|not|nope)\b", "wants advice": r"should i|what (?:do|can|should)|how (?:do|can|should)|advice|suggest|help me",
    "tried": r"tried|already|\bbut\b", "feels": r"feel|sad|depress|anxious|afraid|angry|lonely|stress|upset", "takes it": r"good idea|i will|i can try|that.s true|helpful|will try",
}
_CUE_WORDS = {name: re.compile(words, re.IGNORECASE) for name, words in _CUES.items()}
_WORD = re.compile(r"[\w']+|[?!]")
_STEPS = (2, 3, 5, 8, 11, 15, 20, 26, 33)


def seen(talk: Sequence[Said]) -> dict[str, float]:
    """What a planner looks at before the next message of the companion: named features with their values, 0 where missing."""
    own = [said for said in talk if not said.theirs]
    done = [said.strategy or Strategy.OTHER for said in own]
    fresh = _since_own(talk)
    features = {**_history(done, len(talk)), **_place(talk, done, fresh), **_cues(" ".join(said.text for said in fresh))}
    features |= {f"stage={stage_of(talk)}": 1.0}
    features |= _words("they", " ".join(said.text for said in fresh))
    if own:
        features |= _words("own", own[-1].text)
        features |= {f"own {name}": 1.0 for name, words in _CUE_WORDS.items() if words.search(own[-1].text)}
    return features


def _since_own(talk: Sequence[Said]) -> list[Said]:
    """What they said since the companion last spoke."""
    start = next((i + 1 for i in range(len(talk) - 1, -1, -1) if not talk[i].theirs), 0)
    return list(talk[start:])


def _history(done: Sequence[Strategy], turns: int) -> dict[str, float]:
    features = {f"strategy -{back}={done[-back]}": 1.0 for back in (1, 2, 3) if len(done) >= back}
    features |= {f"strategy -{back}=none": 1.0 for back in (1, 2, 3) if len(done) < back}
    for strategy in dict.fromkeys(done):
        back = next(i for i, other in enumerate(reversed(done), start=1) if other is strategy)
        features[f"since {strategy}"] = 1 / back
        features[f"share {strategy}"] = 2 * done.count(strategy) / len(done)
        features[f"often {strategy}"] = min(done.count(strategy), 4) / 2
        features[f"lately {strategy}"] = done[-4:].count(strategy) / 2
    return features | {f"after {step}": 1.0 for step in _STEPS if turns >= step} | {"turns": turns / 30, "log turns": log(1 + turns) / 2}


def _place(talk: Sequence[Said], done: Sequence[Strategy], fresh: Sequence[Said]) -> dict[str, float]:
    """Who spoke last, and how much."""
    running = next((i for i, said in enumerate(reversed(talk)) if said.theirs), len(talk))
    features = {f"own in a row {min(running, 3)}": 1.0, "fresh": len(fresh) / 2}
    if running and done:
        features[f"again after {done[-1]}"] = 1.0
    told = sum(len(said.text) for said in talk if said.theirs)
    now = sum(len(said.text) for said in fresh)
    return features | {"told": log(1 + told) / 5, "told now": log(1 + now) / 3, "long": now / 200}


def _cues(text: str) -> dict[str, float]:
    features = {f"they: {name}": 1.0 for name, words in _CUE_WORDS.items() if words.search(text)}
    if _ASKS.search(text):
        features["they: ask"] = 1.0
    return features


def _words(whose: str, text: str) -> dict[str, float]:
    """Words and pairs, so that a long message weighs as much as a short one."""
    words = _WORD.findall(text.lower())
    found = set(words) | {f"{a} {b}" for a, b in zip(words, words[1:], strict=False)}
    return {f"{whose} {word}": _WORD_WEIGHT / sqrt(len(found)) for word in found}


_WORD_WEIGHT = 2.5
"""How much all words of a message count together beside one other feature."""


def _prior() -> Iterator[tuple[str, Mapping[Strategy, float]]]:
    yield "stage=explore", {Strategy.QUESTION: 1.5, Strategy.RESTATEMENT: 0.8, Strategy.REFLECTION: 0.5}
    yield "stage=comfort", {Strategy.REFLECTION: 1.5, Strategy.AFFIRMATION: 1.0, Strategy.QUIET_COMPANY: 0.8, Strategy.DISCLOSURE: 0.2}
    yield "stage=act", {Strategy.SUGGESTION: 1.5, Strategy.AFFIRMATION: 0.8, Strategy.INFORMATION: 0.6}
    yield "stage=banter", {Strategy.HUMOUR: 1.0, Strategy.TEASING: 0.8, Strategy.PRAISE: 0.5, Strategy.DISAGREEMENT: 0.4}
    yield "stage=task", {Strategy.INFORMATION: 1.5, Strategy.OTHER: 1.0}
    yield "stage=crisis", {Strategy.QUIET_COMPANY: 1.5, Strategy.REFLECTION: 0.8}
    yield "feels=sadness", {Strategy.REFLECTION: 0.5, Strategy.QUIET_COMPANY: 0.3}
    yield "feels=fear", {Strategy.AFFIRMATION: 0.6, Strategy.QUESTION: 0.3}
    yield "feels=anger", {Strategy.RESTATEMENT: 0.6, Strategy.AFFIRMATION: 0.3, Strategy.TEASING: -1.0}
    yield "feels=joy", {Strategy.PRAISE: 0.5, Strategy.HUMOUR: 0.3}
    # Two questions in a row are an interrogation, and anything twice is a manner.
    yield f"strategy -1={Strategy.QUESTION}", {Strategy.QUESTION: -1.0, Strategy.REFLECTION: 0.3}
    for strategy in Strategy:
        if strategy is not Strategy.QUESTION:
            yield f"strategy -1={strategy}", {strategy: -1.2}
    yield "they: wants advice", {Strategy.SUGGESTION: 1.0}


PRIOR: Mapping[str, Mapping[Strategy, float]] = MappingProxyType(dict(_prior()))
"""The shipped weights, our own judgement: feature -> strategy -> weight."""


@dataclass(frozen=True, slots=True)
class Planner:
    """Adds up what is seen: ``weights`` by feature and strategy."""

    weights: Mapping[str, Mapping[Strategy, float]]
    start: Mapping[Strategy, float] = field(default_factory=dict)
    """What each strategy is worth before anything is seen."""

    def scores(self, features: Mapping[str, float]) -> dict[Strategy, float]:
        """By strategy, of those that the weights know."""
        total = dict(self.start)
        for name, value in features.items():
            for strategy, weight in self.weights.get(name, {}).items():
                total[strategy] = total.get(strategy, 0.0) + weight * value
        return total

    def choose(self, features: Mapping[str, float]) -> tuple[Strategy, str]:
        """The best strategy, and the feature that spoke most for it. Without any evidence: a question."""
        scores = self.scores(features)
        if not scores:
            return Strategy.QUESTION, "nothing is known yet"
        best = max(scores, key=lambda strategy: scores[strategy])
        because = max(features, key=lambda name: features[name] * self.weights.get(name, {}).get(best, 0.0), default="")
        return best, because
