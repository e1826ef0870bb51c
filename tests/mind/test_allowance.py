"""Nobody takes the companion from the others."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.mind.allowance import Allowance, Limit, Verdict
from tests.fakes.clock import START

SECOND = timedelta(seconds=1)


def test_who_floods_is_told_once_and_heard_again_later() -> None:
    allowance = Allowance(Limit(3, 6), Limit(100, 100))
    asked = [allowance.ask(["discord:1"], START) for _ in range(6)]
    assert asked == [Verdict.GRANTED] * 3 + [Verdict.FIRST_REFUSAL, Verdict.REFUSED, Verdict.REFUSED]
    assert allowance.ask(["discord:2"], START) is Verdict.GRANTED
    assert allowance.ask(["discord:1"], START + 10 * SECOND) is Verdict.GRANTED
    assert allowance.ask(["discord:1"], START + 10 * SECOND) is Verdict.FIRST_REFUSAL


def test_many_people_of_one_server_share_its_allowance() -> None:
    allowance = Allowance(Limit(10, 1), Limit(5, 60))
    asked = [allowance.ask([f"discord:{number}", "server:7"], START) for number in range(8)]
    assert asked.count(Verdict.GRANTED) == 5 and asked.count(Verdict.FIRST_REFUSAL) == 1
    assert allowance.ask(["discord:99"], START) is Verdict.GRANTED, "in private they are not that server"
    assert allowance.ask(["discord:7", "server:8"], START) is Verdict.GRANTED, "nothing was taken from who was refused"


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(-100, 300)), max_size=200))
def test_never_more_than_the_limit_whatever_the_clock_does(asked: list[tuple[int, int]]) -> None:
    allowance, now, granted, passed = Allowance(Limit(4, 6), Limit(9, 9)), START, {number: 0 for number in range(4)}, 0.0
    for number, seconds in asked:
        now += timedelta(seconds=seconds)
        passed += max(seconds, 0)
        granted[number] += allowance.ask([f"discord:{number}"], now) is Verdict.GRANTED
    assert all(count <= 4 + passed / 10 + 1e-6 for count in granted.values())
