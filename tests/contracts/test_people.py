"""What every ``People`` promises."""

from dataclasses import replace
from datetime import time

from bot.mind.events import Consent
from tests.contracts.stores import ANN, BEN, Either, store
from tests.fakes.clock import START

__all__ = ["store"]


async def test_somebody_who_never_said_anything_has_the_defaults(store: Either) -> None:
    assert await store.people.consent(ANN) == Consent(person=ANN)


async def test_what_they_chose_comes_back(store: Either) -> None:
    chosen = Consent(
        person=ANN,
        reach_out=True,
        quiet_start=time(23, 30),
        quiet_end=time(7, 5, 1),
        timezone="Asia/Shanghai",
        timezone_known=True,
        per_day=3,
        snoozed_until=START,
        unreachable=True,
        conversation="discord:11",
    )
    await store.people.set_consent(chosen)
    assert await store.people.consent(ANN) == chosen
    await store.people.set_consent(replace(chosen, snoozed_until=None, unreachable=False))
    assert await store.people.consent(ANN) == replace(chosen, snoozed_until=None, unreachable=False)
    assert await store.people.consent(BEN) == Consent(person=BEN)


async def test_settings_belong_to_their_scope(store: Either) -> None:
    await store.people.set_setting(ANN, "persona", "mika")
    await store.people.set_setting("server:2", "persona", "noor")
    await store.people.set_setting("server:2", "channel:3", "")
    assert await store.people.setting(ANN, "persona") == "mika"
    assert await store.people.setting(BEN, "persona") is None
    assert await store.people.setting("server:2", "channel:3") == ""
    assert await store.people.settings("server:2") == {"channel:3": "", "persona": "noor"}


async def test_settings_are_changed_and_removed(store: Either) -> None:
    await store.people.set_setting(ANN, "persona", "mika")
    await store.people.set_setting(ANN, "persona", "noor")
    assert await store.people.setting(ANN, "persona") == "noor"
    await store.people.set_setting(ANN, "persona", None)
    await store.people.set_setting(ANN, "persona", None)
    assert await store.people.settings(ANN) == {}
