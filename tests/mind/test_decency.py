"""What belongs only where Discord marks a channel as age-restricted."""

from dataclasses import replace

import pytest

from bot.mind.decency import is_explicit
from bot.mind.draft_faults import GRAVE, STREAMED
from tests.mind.test_judge import case as case_of


@pytest.mark.parametrize("text", [
    "Tell me about oral sex.", "I am so horny right now", "He sent me a dick pic.", "Ich will mit dir ficken", "我想和你做爱", "Your cock, please.", "PORNHUB",
])
def test_what_is_plainly_sexual(text: str) -> None:
    assert is_explicit(text)


@pytest.mark.parametrize("text", [
    "I love you.", "The cock crowed at dawn.", "We kissed on the bridge.", "My pussycat is asleep.", "Sex education is taught at school.",
    "She works in cumbria", "fuck, I missed the bus", "Das Buch hat einen Höhepunkt.", "剧情的高潮来了", "a portrait of my horse",
])
def test_what_is_not(text: str) -> None:
    assert not is_explicit(text)


def test_such_a_draft_is_never_sent_where_it_is_not_marked() -> None:
    case = case_of("what do you like?")
    said = "Honestly, oral sex."
    for checks in (GRAVE, STREAMED):
        assert any("adults" in check(said, case) for check in checks)
        assert not any("adults" in check(said, replace(case, adult=True)) for check in checks)
