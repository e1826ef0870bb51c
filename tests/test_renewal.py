"""New settings while it runs."""

from collections.abc import Callable

import pytest

from bot.config import Settings
from bot.errors import ConfigError, OldfriendError
from bot.renewal import Renewal


def reading(*files: Settings | OldfriendError) -> Callable[[], Settings]:
    left = list(files)

    def read() -> Settings:
        found = left.pop(0)
        if isinstance(found, OldfriendError):
            raise found
        return found

    return read


def settings(**crisis: str) -> Settings:
    return Settings.model_validate({"crisis": crisis})


def test_what_can_change_holds_at_once_and_only_what_changed_is_taken(caplog: pytest.LogCaptureFixture) -> None:
    taken: list[str] = []
    renewal = Renewal(Settings(), reading(settings(country="DE"), settings(country="DE"), settings()))
    renewal.on(["crisis.country", "crisis.numbers"], lambda new: taken.append(new.crisis.country))
    renewal.on(["persona.default"], lambda new: taken.append(new.persona.default))
    assert [renewal.renew() for _ in range(3)] == ["", "", ""]
    assert taken == ["DE", ""]
    assert "from now on hold those of crisis.country" in caplog.text and "nothing changes now" in caplog.text


def test_what_cannot_is_named_until_it_is_as_it_was(caplog: pytest.LogCaptureFixture) -> None:
    other = Settings.model_validate({"model": {"context_tokens": 2048}})
    renewal = Renewal(Settings(), reading(other, other, Settings()))
    for times in (1, 2, 2):
        assert renewal.renew() == ""
        assert caplog.text.count("these change when Oldfriend is started again: model.context_tokens") == times


def test_a_file_with_faults_changes_nothing_and_the_owner_hears_why(caplog: pytest.LogCaptureFixture) -> None:
    taken: list[str] = []
    renewal = Renewal(Settings(), reading(ConfigError(["oldfriend.toml: crisis.country: too long"]), settings(country="DE")))
    renewal.on(["crisis.country"], lambda new: taken.append(new.crisis.country))
    assert "too long" in renewal.renew() and taken == [] and "too long" in caplog.text
    assert renewal.renew() == "" and taken == ["DE"]


def test_one_that_will_not_do_stays_and_is_tried_again() -> None:
    def refuse(new: Settings) -> None:
        raise OldfriendError("no such persona")

    other = Settings.model_validate({"persona": {"default": "nobody"}, "crisis": {"country": "DE"}})
    taken: list[str] = []
    renewal = Renewal(Settings(), reading(other, other))
    renewal.on(["persona.default"], refuse)
    renewal.on(["crisis.country"], lambda new: taken.append(new.crisis.country))
    assert "persona.default goes on to hold: no such persona" in renewal.renew()
    assert "no such persona" in renewal.renew() and taken == ["DE"]
