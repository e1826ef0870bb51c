"""The planner fitted on dialogues, as the evaluation does it."""

from tests.evals.strategy import fit, situations

_TALK = [
    {"speaker": "usr", "text": "hello"}, {"speaker": "sys", "text": "what happened?", "strategy": "Question"},
    {"speaker": "usr", "text": "I lost my job"}, {"speaker": "sys", "text": "have you tried a new one?", "strategy": "Providing Suggestions"},
    {"speaker": "usr", "text": "thanks"}, {"speaker": "sys", "text": "you are welcome", "strategy": "Others"},
]


def test_each_turn_of_a_supporter_is_a_situation_but_a_first_one() -> None:
    assert [turn for turn, _, _ in situations({"dialog": _TALK})] == [1, 3, 5]
    assert list(situations({"dialog": _TALK[1:2]})) == []


def test_what_is_learned_is_used() -> None:
    planner = fit([{"id": str(n), "dialog": _TALK} for n in range(30)])
    chosen = [planner.choose(features)[0] for _, features, _ in situations({"dialog": _TALK})]
    assert [str(strategy) for strategy in chosen] == ["question", "suggestion", "other"]
