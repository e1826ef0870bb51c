"""What is carried from one message to the next."""

import json

from bot.flows.attend import TALLY
from bot.mind.crisis import LOOKED_INTO
from tests.flows.household import ADA, BEN, Household

MEANT = "the tablets lie in rows"


async def test_danger_that_no_word_tells_is_met_like_any_other(home: Household) -> None:
    whole = f"so this was my day. {MEANT}"
    home.emotions.danger |= {MEANT: 0.8, whole: LOOKED_INTO}
    said = await home.hear(whole)
    assert "a program" in said and home.model.asked == []
    (flag,) = await home.memories()
    assert "self-harm" in flag.gist and "tablets" not in flag.gist
    assert await home.store.turns.waiting(ADA) == ()
    assert (await home.store.people.consent(ADA)).snoozed_until is not None


async def test_without_a_reader_words_still_find_danger(home: Household) -> None:
    home.emotions.broken = True
    assert "a program" in await home.hear("I want to kill myself")
    assert await home.hear("what a lovely morning for a walk") == "Well, well."


async def test_after_danger_nobody_is_teased_and_nothing_is_learned_from_it(home: Household) -> None:
    await home.hear("I failed my exam and I feel awful")
    await home.hear("I want to kill myself")
    assert await home.store.people.setting(ADA, TALLY) is None
    await home.hear("my sister is here now")
    assert (await home.store.diary.recent(ADA))[0].detail["strategy"] == "comfort"


async def test_what_followed_is_counted_shown_and_reset(home: Household) -> None:
    home.emotions.felt = {"sadness": 0.9}
    await home.hear("I failed my exam and I feel awful")
    decision = (await home.store.diary.recent(ADA))[0]
    assert decision.detail["stage"] == "comfort" and decision.detail["did"] and decision.detail["feeling"] in decision.reason
    await home.hear("thank you, that helps")
    assert json.loads(await home.store.people.setting(ADA, TALLY) or "") == {f"comfort/{decision.detail['did']}": [1, 1.0]}
    assert await home.store.people.setting(BEN, TALLY) is None
    await home.attend.reset(ADA)
    assert not [key for key in await home.store.people.settings(ADA) if not key.startswith("days:")]
