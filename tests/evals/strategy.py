"""``python -m tests.evals.strategy CASES OUT --train TRAIN``: which support strategy comes next?

Both are ESConv dialogues (``{"id", "dialog": [{"speaker", "text", "strategy"}]}``). The real planner is given weights that are fitted on
TRAIN now and kept nowhere; for each turn of a supporter it sees what was said before it. Writes ``{"id", "turn", "strategy"}``.
"""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from bot.mind.support import Planner, Said, Strategy, seen

NAMES = {
    "Question": Strategy.QUESTION, "Restatement or Paraphrasing": Strategy.RESTATEMENT, "Reflection of feelings": Strategy.REFLECTION,
    "Self-disclosure": Strategy.DISCLOSURE, "Affirmation and Reassurance": Strategy.AFFIRMATION, "Providing Suggestions": Strategy.SUGGESTION,
    "Information": Strategy.INFORMATION, "Others": Strategy.OTHER,
}
_ESCONV = {strategy: name for name, strategy in NAMES.items()}
_STRENGTH = 0.05
"""Of the weights: what an inverse regularisation is called in scikit-learn."""

_RARE = 0.2
"""How far a rare strategy is preferred to a common one at the same evidence: 0 not at all, 1 as if all were as common."""

_SEEN_TIMES = 4
"""Features met less often are no evidence."""


def situations(dialogue: dict[str, Any]) -> Iterator[tuple[int, dict[str, float], Strategy]]:
    """(turn, what the planner sees before it, what was done) for each turn of the supporter but a first one."""
    talk = [Said(t["text"], t["speaker"] == "usr", NAMES.get(t.get("strategy") or "")) for t in dialogue["dialog"]]
    for turn, said in enumerate(talk):
        if turn and not said.theirs and said.strategy is not None:
            yield turn, seen(talk[:turn]), said.strategy


def fit(dialogues: list[dict[str, Any]]) -> Planner:
    """Weights from dialogues, by logistic regression."""
    rows = [(features, strategy) for dialogue in dialogues for _, features, strategy in situations(dialogue)]
    vectorizer = DictVectorizer()
    matrix = vectorizer.fit_transform([features for features, _ in rows])
    often = np.asarray((matrix != 0).sum(axis=0)).ravel() >= _SEEN_TIMES
    model = LogisticRegression(C=_STRENGTH, max_iter=300).fit(matrix[:, often], [str(strategy) for _, strategy in rows])
    names = vectorizer.get_feature_names_out()[often]
    strategies = [Strategy(name) for name in model.classes_]
    weights = {str(name): dict(zip(strategies, column, strict=True)) for name, column in zip(names, model.coef_.T.tolist(), strict=True)}
    counts = np.array([sum(done is strategy for _, done in rows) for strategy in strategies])
    start = model.intercept_ - _RARE * np.log(counts / counts.sum())
    return Planner(weights, dict(zip(strategies, start.tolist(), strict=True)))


def _dialogues(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.evals.strategy")
    parser.add_argument("cases", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--train", type=Path, required=True)
    asked = parser.parse_args()
    planner = fit(_dialogues(asked.train))
    with asked.out.open("w", encoding="utf-8") as out:
        for dialogue in _dialogues(asked.cases):
            for turn, features, _ in situations(dialogue):
                strategy, _ = planner.choose(features)
                out.write(json.dumps({"id": dialogue["id"], "turn": turn, "strategy": _ESCONV[strategy]}) + "\n")


if __name__ == "__main__":
    main()
