"""Asking instead of being alarmed, and what the answer means."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.mind.crisis import Alarm, Danger
from bot.mind.crisis_asking import Asked, answered, asked_of, asking_words

NOW = datetime(2025, 6, 3, 18, 0, tzinfo=UTC)
MAYBE = Alarm(Danger.SELF_HARM, "en", sure=False)
SURE = Alarm(Danger.MEDICAL, "en")
EARLIER = NOW - timedelta(seconds=20)
ASKED = Asked(Danger.SELF_HARM, "en", NOW, EARLIER)
SETTLED = Asked(Danger.SELF_HARM, "en", NOW, EARLIER, settled=True)
LATER = NOW + timedelta(minutes=2)


@pytest.mark.parametrize("said", ["yes", "Yeah, I am.", "kind of", "maybe…", "I don\u2019t know", "ja", "sí, mucho", "oui", "是的", "嗯"])
def test_yes_and_perhaps_are_danger(said: str) -> None:
    assert answered(None, ASKED, said, LATER) == (Alarm(Danger.SELF_HARM, "en"), None)


@pytest.mark.parametrize("said", ["no", "haha no, it's a song", "lol nope", "I'm fine!", "nein, alles gut", "no, para nada", "non", "没有,我没事"])
def test_no_is_believed_for_some_hours(said: str) -> None:
    alarm, kept = answered(MAYBE, ASKED, said, LATER)
    assert alarm is None and kept == Asked(Danger.SELF_HARM, "en", LATER, EARLIER, settled=True)
    assert answered(MAYBE, kept, "that bridge again", LATER + timedelta(hours=2)) == (None, kept)
    assert answered(MAYBE, kept, "that bridge again", LATER + timedelta(hours=13)) == (MAYBE, None)


def test_what_is_sure_is_sure_whatever_was_said_before() -> None:
    assert answered(SURE, ASKED, "no. he is not breathing", LATER) == (SURE, None)
    assert answered(SURE, SETTLED, "he is not breathing", LATER) == (SURE, None)


def test_a_second_message_that_may_be_danger_is_one() -> None:
    assert answered(MAYBE, ASKED, "the water looked so soft", LATER) == (Alarm(Danger.SELF_HARM, "en"), None)


def test_what_is_no_answer_ends_the_asking() -> None:
    assert answered(None, ASKED, "what shall I cook?", LATER) == (None, None)
    assert answered(None, ASKED, "yes", NOW + timedelta(days=2)) == (None, None)
    assert answered(MAYBE, None, "the water looked so soft", NOW) == (MAYBE, None)


def test_it_is_kept_as_it_was() -> None:
    assert asked_of(SETTLED.written()) == SETTLED
    assert asked_of(ASKED.written().replace('"since"', '"unknown"')) == Asked(Danger.SELF_HARM, "en", NOW, NOW)
    assert asked_of(None) is None and asked_of("{}") is None and asked_of("[1]") is None


@pytest.mark.parametrize("language", ["en", "de", "es", "fr", "zh"])
@pytest.mark.parametrize("danger", list(Danger))
def test_every_question_is_one_and_names_the_number_where_seconds_count(language: str, danger: Danger) -> None:
    said = asking_words(Alarm(danger, language, sure=False), "112")
    assert ("?" in said or "?" in said) and "{" not in said and ("112" in said) == (danger is Danger.MEDICAL)


def test_what_was_denied_is_known_by_its_time() -> None:
    before, said, after = EARLIER - timedelta(minutes=1), NOW, NOW + timedelta(hours=1)
    assert [ASKED.awaits(at) for at in (before, said, after)] == [False, True, False]
    assert [SETTLED.denied(at) for at in (before, said, after, after + timedelta(hours=12))] == [False, True, True, False]
    assert not SETTLED.awaits(said) and not ASKED.denied(said)
