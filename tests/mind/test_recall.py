"""Ranking: what is meant comes first, whatever else was found."""

from datetime import UTC, datetime, timedelta

from bot.mind.events import Candidate, Kind, Memory, Turn
from bot.mind.recall import rank

NOW = datetime(2026, 3, 4, 20, tzinfo=UTC)


def turn(number: int, minutes: int = 0, speaker: str = "Ada", conversation: str = "c") -> Turn:
    return Turn(
        id=number, person="discord:1", speaker=speaker, text=f"turn {number}", said_at=NOW - timedelta(days=9) + timedelta(minutes=minutes), audience="dm:discord:1",
        conversation=conversation,
    )


def memory(number: int, importance: float = 0.5, days: int = 1) -> Memory:
    return Memory(
        id=number, person="discord:1", audience="dm:discord:1", kind=Kind.EXPERIENCE, gist="x", quote="x", said_at=NOW - timedelta(days=days), importance=importance
    )


def ids(*candidates: Candidate, text: str = "x") -> list[int]:
    return [f.memory.id if f.memory else f.turn.id if f.turn else 0 for f in rank(text, candidates, now=NOW)]


def test_nothing_found_is_nothing() -> None:
    assert rank("x", [], now=NOW) == ()


def test_nearer_in_meaning_and_in_words_comes_first() -> None:
    assert ids(Candidate(memory=memory(1), aimed=0.2), Candidate(memory=memory(2), aimed=0.8)) == [2, 1]
    assert ids(Candidate(memory=memory(1), lexical=9), Candidate(memory=memory(2), lexical=1)) == [1, 2]


def test_one_of_which_only_the_scores_are_known_is_compared_with_and_never_told() -> None:
    assert ids(Candidate(aimed=0.9, lexical=9), Candidate(memory=memory(1), aimed=0.2), Candidate(memory=memory(2), aimed=0.8)) == [2, 1]
    assert ids(Candidate(aimed=0.9)) == []


def test_without_vectors_words_decide_and_equal_ones_go_by_age() -> None:
    assert ids(Candidate(memory=memory(1, days=5)), Candidate(memory=memory(2, days=1)), Candidate(memory=memory(3, days=3))) == [2, 3, 1]


def test_company_lifts_a_turn() -> None:
    """The answer often stands beside the words that were asked for."""
    best, beside, far = turn(1), turn(3, 2), turn(30, 600)
    order = ids(Candidate(turn=far, aimed=0.5), Candidate(turn=beside, aimed=0.5), Candidate(turn=best, aimed=0.9), text="where was it?")
    assert order == [1, 3, 30]


def test_other_conversations_are_no_company() -> None:
    order = ids(
        Candidate(turn=turn(1), aimed=0.9), Candidate(turn=turn(2, 1, conversation="d"), aimed=0.5), Candidate(turn=turn(3, 1), aimed=0.5), text="where was it?"
    )
    assert order == [1, 3, 2]


def test_who_is_named_is_meant() -> None:
    assert ids(Candidate(turn=turn(1, 0, "Ben"), aimed=0.5), Candidate(turn=turn(9, 600, "Ada"), aimed=0.5), text="what did ada say?")[0] == 9


def test_a_memory_comes_before_an_equal_turn_and_the_important_one_first() -> None:
    assert ids(Candidate(turn=turn(1), aimed=0.5), Candidate(memory=memory(2), aimed=0.5), Candidate(memory=memory(3, 0.9), aimed=0.5)) == [3, 2, 1]


def test_each_is_ranked_once_and_keeps_its_cosine() -> None:
    found = rank("x", [Candidate(turn=turn(n, n), dense=n / 100, aimed=n / 100) for n in range(1, 60)], now=NOW)
    assert len(found) == 59 and {f.dense for f in found} == {n / 100 for n in range(1, 60)}


def test_what_a_remark_calls_up_stands_alone() -> None:
    """A remark goes by where it leads, not by the words it shares nor by what stands beside."""
    led, worded, beside = turn(30, 600), turn(1), turn(2, 1)
    found = [Candidate(turn=beside, aimed=0.4), Candidate(turn=worded, aimed=0.5, lexical=5), Candidate(turn=led, aimed=0.8, lexical=1)]
    assert ids(*found, text="it was there again")[0] == 30
