"""Settings: what is read from where, and how faults are told."""

import os
from datetime import time
from pathlib import Path

import pytest

from bot.config import ROOT, Settings, load
from bot.errors import ConfigError

TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.AbCdEf.0123456789abcdefghijklmnopq"


def write(folder: Path, text: str) -> Path:
    file = folder / "oldfriend.toml"
    file.write_text(text, encoding="utf-8")
    return file


def faults_of(file: Path | None, environ: dict[str, str] | None = None) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(file, environ or {}, None)
    return caught.value.faults


def test_nothing_set_gives_the_defaults(tmp_path: Path) -> None:
    write(tmp_path, "")  # found before the one that may lie in the clone
    settings = load(None, {}, tmp_path)
    assert settings == Settings(home=tmp_path)
    assert settings.discord.token is None
    assert settings.models.dir == ROOT / "data" / "models"


def test_the_example_is_sound_and_shows_the_defaults(tmp_path: Path) -> None:
    example = (ROOT / "oldfriend.example.toml").read_text(encoding="utf-8")
    keys = [line.removeprefix("# ") for line in example.splitlines() if line.startswith("# ") and " = " in line]
    assert len(keys) > 10
    shown = "\n".join(line.removeprefix("# ") if line.removeprefix("# ") in keys else line for line in example.splitlines())
    folder = tmp_path / "clone"
    folder.mkdir()
    for name, secret in (("token.txt", TOKEN), ("server-key.txt", TOKEN), ("../oldfriend.key", "a1" * 32)):
        (folder / name).write_text(secret)
        (folder / name).chmod(0o600)
    plain, said = load(write(folder, example), {}, None), load(write(folder, shown), {}, None)
    assert plain == Settings()
    assert said.reach_out == plain.reach_out
    assert (said.persona, said.model, said.embedding, said.memory) == (plain.persona, plain.model, plain.embedding, plain.memory)
    assert said.server.model_copy(update={"key": None, "key_file": None}) == plain.server
    assert (said.home, said.models.dir) == (folder / "data", folder / "data" / "models")
    assert (plain.database_key, said.database_key) == (None, "a1" * 32)


@pytest.mark.parametrize(("file", "environ"), [
    ('[encryption]\nkey = "{key}"', {}), ("", {"OLDFRIEND_ENCRYPTION__KEY": "{key}"}), ("", {"OLDFRIEND_ENCRYPTION_KEY": "{key}00"}),
])
def test_a_key_of_the_database_comes_from_its_own_places_and_is_never_shown(tmp_path: Path, file: str, environ: dict[str, str]) -> None:
    key = "c0ffee" * 10 + "babe"
    path = write(tmp_path, file.format(key=key))
    with pytest.raises(ConfigError) as caught:
        load(path, {name: value.format(key=key) for name, value in environ.items()}, None)
    assert "c0ffee" not in str(caught.value)
    settings = load(write(tmp_path, ""), {"OLDFRIEND_ENCRYPTION_KEY": key}, None)
    assert settings.database_key == key and settings.secrets == [key]
    assert "c0ffee" not in repr(settings)


def test_the_file_in_the_home_is_found_and_its_paths_are_relative_to_it(tmp_path: Path) -> None:
    write(tmp_path, '[models]\ndir = "m"\n[model]\nname = "mine/x.gguf"\n[reach_out]\nquiet_start = "23:30"\nquiet_end = "7:05"')
    settings = load(None, {"OLDFRIEND_HOME": str(tmp_path)}, None)
    assert settings.home == tmp_path
    assert settings.models.dir == tmp_path / "m"
    assert settings.model.name == str(tmp_path / "mine" / "x.gguf")
    assert (settings.reach_out.quiet_start, settings.reach_out.quiet_end) == (time(23, 30), time(7, 5))


def test_the_environment_wins_over_the_file_and_the_command_line_over_both(tmp_path: Path) -> None:
    file = write(tmp_path, 'home = "a"\n[model]\nthreads = 1\ncontext_tokens = 2048')
    environ = {"OLDFRIEND_HOME": str(tmp_path / "b"), "OLDFRIEND_MODEL__THREADS": "2", "OLDFRIEND_MODEL__NAME": ""}
    assert load(file, environ, None).home == tmp_path / "b"
    settings = load(file, environ, tmp_path / "c")
    assert settings.home == tmp_path / "c"
    assert (settings.model.threads, settings.model.context_tokens, settings.model.name) == (2, 2048, "auto")


@pytest.mark.parametrize(
    ("text", "key", "words"),
    [
        ("colour = 1", "colour", ["no such setting", "allowed: home, [discord]"]),
        ("[modle]\nname = 'x'", "modle", ["did you mean model?"]),
        ("[model]\ncontext = 1", "model.context", ["no such setting", "model.context_tokens"]),
        ("[model]\ncontext_tokens = 'many'", "model.context_tokens", ["'many'", "1024 to 131072"]),
        ("[model]\ncontext_tokens = 7", "model.context_tokens", ["'7'", "1024 to 131072"]),
        ("[model]\nthreads = true", "model.threads", ["true and false"]),
        ("[model]\nparallel = 33", "model.parallel", ["'33'", "0 to 32"]),
        ("[model]\nparallel = 8\nbatch = 4", "model.batch", ["less than model.parallel, which is 8"]),
        ("[model]\ncells = 2000", "model.cells", ["less than model.context_tokens, which is 4096"]),
        ("[model]\nkv_type = 'q4_0'", "model.kv_type", ["'q4_0'", "q8_0"]),
        ("[model]\nmmap = true", "model.mmap", ["true and false", '"on", "off"']),
        ("[model]\ngpu_layers = -2", "model.gpu_layers", ["'-2'", "as many as fit"]),
        ("[model]\nexperts_on_cpu = 'yes'", "model.experts_on_cpu", ["'yes'", '"auto"']),
        ("[model]\nkept_mb = 0.5", "model.kept_mb", ["'0.5'", "0 keeps none"]),
        ("[model]\nname = ''", "model.name", ["allowed:", "oldfriend models list"]),
        ("model = 3", "model", ["a section, not a value", "[model]"]),
        ("[reach_out]\nquiet_start = 22", "reach_out.quiet_start", ["not a time of day", '"22:00"']),
        ("[reach_out]\nquiet_start = '25:00'", "reach_out.quiet_start", ["'25:00'"]),
        ("[reach_out]\nper_day = 0", "reach_out.per_day", ["1 to 10"]),
        ("[reach_out]\nper_week = 4", "reach_out.per_week", ["1 to 3"]),
        ("[reach_out]\nlive_minutes = 5", "reach_out.live_minutes", ["30 to 1440"]),
        ("[reach_out]\nunanswered = 0", "reach_out.unanswered", ["1 or 2"]),
        ("[reach_out]\ngap_hours = inf", "reach_out.gap_hours", ["0 to 168"]),
        ("[persona]\ndefault = '../x'", "persona.default", ["personas/"]),
        ("[discord]\napi_base = 'discord'", "discord.api_base", ["http://"]),
        ("[discord]\ngateway = 'http://x'", "discord.gateway", ["ws://"]),
        ("[discord]\ntoken_file = 'nowhere'", "discord.token_file", ["cannot be read", "No such file"]),
        ('home = "a\\u0000b"', "home", ["cannot be printed"]),
        ("home = 3", "home", ["the path of a folder"]),
        ("[memory]\nexact_limit = -1", "memory.exact_limit", ["0 to 1000000"]),
        ("[server]\nbase_url = 'localhost:8080'", "server.base_url", ["http://", "/v1"]),
        ("[server]\nbase_url = 'http://me:secret@host/v1'", "server.base_url", ["http://", "/v1"]),
        ("[server]\ncontext_tokens = 100", "server.context_tokens", ["1024 to 1048576"]),
        ("[server]\ntimeout = 0", "server.timeout", ["1 to 3600", "sign of life"]),
        ("[server]\nkey_file = 'nowhere'", "server.key_file", ["cannot be read", "mode 600"]),
        ("[server]\nurl = 'http://x'", "server.url", ["no such setting", "server.base_url"]),
    ],
)
def test_a_fault_says_file_and_key_and_what_is_allowed(tmp_path: Path, text: str, key: str, words: list[str]) -> None:
    file = write(tmp_path, text)
    (fault,) = faults_of(file)
    assert fault.startswith(f"{file}: {key}: ")
    for word in (*words, "allowed: "):
        assert word in fault


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    file = write(tmp_path, "a = 1\n[model]\nthreads = 'x'\n[memory]\nexact_limt = 3")
    faults = faults_of(file, {"OLDFRIEND_MODEL__THREAD": "1", "OLDFRIEND_REACH_OUT__PER_DAY": "many"})
    assert len(faults) == 5
    assert any("OLDFRIEND_MODEL__THREAD: there is no such setting (did you mean OLDFRIEND_MODEL__THREADS?)" in f for f in faults)
    assert any(f.startswith("environment: OLDFRIEND_REACH_OUT__PER_DAY: 'many'") for f in faults)


@pytest.mark.parametrize(
    ("content", "words"), [(b"a = = 1", "line 1"), (b"a = '\xff'", "not UTF-8"), (b"a = 1\na = 2", "overwrite")]
)
def test_a_file_that_cannot_be_read(tmp_path: Path, content: bytes, words: str) -> None:
    file = tmp_path / "x.toml"
    file.write_bytes(content)
    (fault,) = faults_of(file)
    assert str(file) in fault and words in fault


def test_a_file_that_is_not_there_or_is_a_folder(tmp_path: Path) -> None:
    assert "no such file" in faults_of(tmp_path / "x.toml")[0]
    assert str(tmp_path) in faults_of(tmp_path)[0]


class TestToken:
    def test_from_the_environment(self, tmp_path: Path) -> None:
        settings = load(write(tmp_path, ""), {"DISCORD_TOKEN": f" {TOKEN}\n"}, tmp_path)
        assert settings.discord.token is not None
        assert settings.discord.token.get_secret_value() == TOKEN

    def test_from_a_file_of_its_owner_alone(self, tmp_path: Path) -> None:
        secret = tmp_path / "token.txt"
        secret.write_text(TOKEN + "\n")
        secret.chmod(0o600)
        file = write(tmp_path, "[discord]\ntoken_file = 'token.txt'")
        token = load(file, {}, None).discord.token
        assert token is not None and token.get_secret_value() == TOKEN

    @pytest.mark.skipif(os.name != "posix", reason="modes of files")
    def test_a_file_that_others_can_read_is_a_fault(self, tmp_path: Path) -> None:
        secret = tmp_path / "token.txt"
        secret.write_text(TOKEN)
        secret.chmod(0o640)
        (fault,) = faults_of(write(tmp_path, "[discord]\ntoken_file = 'token.txt'"))
        assert f"chmod 600 {secret}" in fault and "640" in fault

    def test_what_systemd_lends_shows_an_access_list_as_a_group(self, tmp_path: Path) -> None:
        lent = tmp_path / "lent"
        lent.mkdir()
        (lent / "token").write_text(TOKEN)
        (lent / "token").chmod(0o440)
        environ = {"CREDENTIALS_DIRECTORY": str(lent), "OLDFRIEND_DISCORD__TOKEN_FILE": str(lent / "token")}
        token = load(write(tmp_path, ""), environ, None).discord.token
        assert token is not None and token.get_secret_value() == TOKEN

    def test_an_empty_file_is_a_fault(self, tmp_path: Path) -> None:
        secret = tmp_path / "token.txt"
        secret.touch(0o600)
        assert "empty" in faults_of(write(tmp_path, "[discord]\ntoken_file = 'token.txt'"))[0]

    @pytest.mark.parametrize(
        "text", [f"[discord]\ntoken = '{TOKEN}'", f"token = '{TOKEN}'", f"[discord]\ntoken_file = '{TOKEN}'", f"[discord]\ngateway = '{TOKEN}'"]
    )
    def test_in_the_settings_file_it_is_a_fault_and_never_shown(self, tmp_path: Path, text: str) -> None:
        (fault,) = faults_of(write(tmp_path, text))
        assert TOKEN not in fault

    def test_is_not_shown_with_the_settings(self, tmp_path: Path) -> None:
        settings = load(write(tmp_path, ""), {"DISCORD_TOKEN": TOKEN}, tmp_path)
        assert TOKEN not in repr(settings) and TOKEN not in str(settings) and TOKEN not in settings.model_dump_json()


class TestServerKey:
    KEY = "sk-0123456789abcdef"

    def test_from_the_environment(self, tmp_path: Path) -> None:
        key = load(write(tmp_path, ""), {"OLDFRIEND_SERVER_KEY": f"{self.KEY}\n"}, tmp_path).server.key
        assert key is not None and key.get_secret_value() == self.KEY

    def test_from_a_file_of_its_owner_alone(self, tmp_path: Path) -> None:
        secret = tmp_path / "key.txt"
        secret.write_text(self.KEY + "\n")
        secret.chmod(0o600)
        file = write(tmp_path, "[server]\nkey_file = 'key.txt'")
        key = load(file, {}, None).server.key
        assert key is not None and key.get_secret_value() == self.KEY

    @pytest.mark.skipif(os.name != "posix", reason="modes of files")
    def test_a_file_that_others_can_read_is_a_fault(self, tmp_path: Path) -> None:
        secret = tmp_path / "key.txt"
        secret.write_text(self.KEY)
        secret.chmod(0o604)
        assert f"chmod 600 {secret}" in faults_of(write(tmp_path, "[server]\nkey_file = 'key.txt'"))[0]

    @pytest.mark.parametrize("text", ["[server]\nkey = '{}'", "key = '{}'", "[server]\nkey_file = '{}'", "[server]\nbase_url = '{}'"])
    def test_in_the_settings_file_it_is_a_fault_and_never_shown(self, tmp_path: Path, text: str) -> None:
        (fault,) = faults_of(write(tmp_path, text.format(self.KEY)))
        assert self.KEY not in fault

    def test_the_variable_is_one_word_and_a_slip_is_told(self, tmp_path: Path) -> None:
        (fault,) = faults_of(write(tmp_path, ""), {"OLDFRIEND_SERVER__KEY": self.KEY})
        assert "did you mean OLDFRIEND_SERVER_KEY" in fault and self.KEY not in fault

    def test_is_not_shown_with_the_settings(self, tmp_path: Path) -> None:
        settings = load(write(tmp_path, ""), {"OLDFRIEND_SERVER_KEY": self.KEY}, tmp_path)
        assert self.KEY not in repr(settings) and self.KEY not in settings.model_dump_json()
