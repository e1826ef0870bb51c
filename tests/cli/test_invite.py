"""The link that lets the bot into a server."""

import pytest

from tests.cli.conftest import Command

TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.AbCdEf.0123456789abcdefghijklmnopq"


def test_the_link_names_the_bot_and_not_the_token(oldfriend: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
    result = oldfriend("invite")
    assert result.exit_code == 0
    assert "client_id=123456789012345678" in result.stdout and "applications.commands" in result.stdout
    assert TOKEN[-20:] not in result.output


@pytest.mark.parametrize(("token", "word"), [(None, "docs/discord-setup.md"), ("nonsense", "Reset Token")])
def test_without_a_token_it_says_where_one_is_got(oldfriend: Command, monkeypatch: pytest.MonkeyPatch, token: str | None, word: str) -> None:
    if token:
        monkeypatch.setenv("DISCORD_TOKEN", token)
    result = oldfriend("invite")
    assert result.exit_code != 0 and word in result.output
