"""What counts as an improvement."""

from bot.flows.speak import Spoken
from bot.mind.judge import Verdict
from bot.mind.plan import Plan
from tests.evals.pieces import Row
from tests.evals.redraws import improved, measure, told

PLAN = Plan(strategy="comfort", note="", reason="")


def reply(first: Verdict | None, sent: Verdict) -> Row:
    return told(Spoken("words", PLAN, sent, 4, first))


def test_fewer_faults_are_better_and_grave_ones_weigh_more() -> None:
    grave, light, sound = Verdict(grave=("a",)), Verdict(light=("a", "b")), Verdict()
    assert improved(reply(grave, light)) and improved(reply(light, sound))
    assert not improved(reply(light, light))
    counts = measure([reply(None, sound), reply(sound, sound), reply(grave, sound), reply(light, light)])
    assert (counts["redrawn"], counts["improved by it"], counts["still faulty"]) == (2, "1 of 2", [["a", "b"]])
