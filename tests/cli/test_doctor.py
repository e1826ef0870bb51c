"""What the doctor finds, on a set-up that is well and on broken ones."""

import asyncio
import json
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from bot.commands.model_server import check_server, travels_openly
from bot.config import Server
from bot.edges.doctor import Finding
from bot.edges.llama import built_for_gpu
from bot.edges.models import ENTRIES
from bot.edges.store import make_backup, open_store
from tests.cli.conftest import Command
from tests.fakes.clock import VirtualClock
from tests.fakes.model import FakeModel
from tests.fakes.model_server import ModelServer, open_model_server

TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.AbCdEf.0123456789abcdefghijklmnopq"


def findings(oldfriend: Command, code: int) -> dict[str, dict[str, str]]:
    result = oldfriend("doctor", "--json")
    assert result.exit_code == code, result.output
    return {row["what"]: row for row in json.loads(result.stdout)}


@pytest.fixture
async def database(home: Path) -> Path:
    file = home / "oldfriend.db"
    async with open_store(file, clock=VirtualClock()):
        pass
    return file


def test_a_fresh_home_is_well(oldfriend: Command, home: Path) -> None:
    found = findings(oldfriend, 0)
    assert {"settings", "python", "compiler", "memory", "home", "models folder", "chat model", "engine", "embedding", "danger in messages", "database",
            "personas", "plugins", "discord token"} == set(found)
    assert found["python"]["state"] == found["database"]["state"] == found["personas"]["state"] == found["plugins"]["state"] == "ok"
    assert found["chat model"]["state"] == "warn" and "oldfriend models pull" in found["chat model"]["fix"]
    assert found["danger in messages"]["state"] == "warn" and "words alone" in found["danger in messages"]["found"]


def test_a_line_each_with_the_fix_below(oldfriend: Command) -> None:
    lines = oldfriend("doctor").stdout.splitlines()
    assert any(line.startswith("✓ ok   python: Python 3.") for line in lines)
    assert any(line.strip().startswith("→ oldfriend models pull") for line in lines)


def test_settings_with_faults_fail_and_the_rest_is_examined_all_the_same(oldfriend: Command, home: Path) -> None:
    (home / "oldfriend.toml").write_text("colour = 1\n[model]\nthreads = -1\n")
    result = oldfriend("doctor")
    assert result.exit_code == 1
    assert result.stdout.count("✗ fail settings") == 2
    assert "database" in result.stdout and str(home) in result.stdout


def test_a_damaged_database_fails_and_the_newest_good_backup_is_named(oldfriend: Command, database: Path) -> None:
    copy = make_backup(database, datetime(2026, 3, 1, tzinfo=UTC))
    assert str(copy) in findings(oldfriend, 0)["database"]["found"]
    database.write_bytes(b"\x00garbage" * 4096)
    found = findings(oldfriend, 1)["database"]
    assert found["state"] == "fail" and str(database) in found["found"]
    assert f"restore {copy}" in found["fix"]
    assert database.read_bytes().startswith(b"\x00garbage")


def test_a_lost_database_with_backups_is_worth_a_word(oldfriend: Command, database: Path) -> None:
    copy = make_backup(database, datetime(2026, 3, 1, tzinfo=UTC))
    database.unlink()
    found = findings(oldfriend, 0)["database"]
    assert found["state"] == "warn" and str(copy) in found["fix"]


def test_half_a_model_fails(oldfriend: Command, home: Path) -> None:
    (home / "oldfriend.toml").write_text('[model]\nname = "tiny"\n')
    file = home.parent / "models" / ENTRIES["tiny"].target
    file.parent.mkdir()
    file.write_bytes(b"GGUF and then the disk was full")
    found = findings(oldfriend, 1)["chat model"]
    assert found["state"] == "fail" and str(file) in found["found"] and found["fix"] == "oldfriend models pull tiny"


def test_a_damaged_model_does_not_pass_as_the_automatic_choice(oldfriend: Command, home: Path) -> None:
    file = home.parent / "models" / ENTRIES["small"].target
    file.parent.mkdir()
    file.write_bytes(b"GGUF")
    assert findings(oldfriend, 1)["chat model"]["state"] == "fail"


@pytest.mark.parametrize("name", ["nope", "/nowhere/x.gguf"])
def test_a_model_nobody_knows_fails(oldfriend: Command, home: Path, name: str) -> None:
    (home / "oldfriend.toml").write_text(f'[model]\nname = "{name}"\n')
    assert findings(oldfriend, 1)["chat model"]["state"] == "fail"


def test_how_the_model_runs_is_told_and_what_of_it_was_set_by_hand(oldfriend: Command, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = findings(oldfriend, 0)["engine"]["found"]
    assert "context 4096 tokens, 8192 for all together" in found and "128 tokens a step" in found and "set by hand: nothing" in found
    (home / "oldfriend.toml").write_text('[model]\nthreads = 3\nkv_type = "q8_0"\nmmap = "off"\nkept_mb = 0\ncells = 5000\n')
    monkeypatch.setenv("OLDFRIEND_MODEL__PARALLEL", "2")
    found = findings(oldfriend, 0)["engine"]["found"]
    for words in ("3 threads", "2 answers at once", "5000 for all together", "KV cache q8_0", "mmap off", "; 0 MB"):
        assert words in found
    assert found.endswith("set by hand: model.threads, model.parallel, model.cells, model.kv_type, model.mmap, model.kept_mb")


@pytest.mark.skipif(built_for_gpu(), reason="llama-cpp-python here was built for a GPU")
def test_layers_for_a_gpu_that_llama_cpp_was_not_built_for_are_worth_a_word(oldfriend: Command, home: Path) -> None:
    (home / "oldfriend.toml").write_text("[model]\ngpu_layers = 10\n")
    found = findings(oldfriend, 0)["engine"]
    assert found["state"] == "warn" and "not built for a graphics card" in found["found"] and "model.gpu_layers" in found["fix"]


def test_a_token_is_looked_at_and_never_shown(oldfriend: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
    found = findings(oldfriend, 0)["discord token"]
    assert found["state"] == "ok" and "123456789012345678" in found["found"] and "Message Content" in found["found"]
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN[:-15])
    result = oldfriend("doctor")
    assert result.exit_code == 1 and "✗ fail discord token" in result.stdout and TOKEN[:-15] not in result.output


def test_a_token_file_that_others_can_read_fails(oldfriend: Command, home: Path) -> None:
    secret = home / "token.txt"
    secret.write_text(TOKEN)
    secret.chmod(0o644)
    (home / "oldfriend.toml").write_text('[discord]\ntoken_file = "token.txt"\n')
    result = oldfriend("doctor")
    assert result.exit_code == 1 and f"chmod 600 {secret}" in result.stdout and TOKEN not in result.output


def test_a_home_that_is_a_file_fails(oldfriend: Command, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OLDFRIEND_HOME", str(home / "oldfriend.toml" / "deeper"))
    assert findings(oldfriend, 1)["home"]["state"] == "fail"


def test_a_persona_that_is_not_there_fails(oldfriend: Command, home: Path) -> None:
    (home / "oldfriend.toml").write_text('[persona]\ndefault = "nobody"\n')
    found = findings(oldfriend, 1)["personas"]
    assert found["state"] == "fail" and "mika" in found["fix"]


class TestModelServer:
    """Its own thread each time, as the doctor waits for the answer."""

    @staticmethod
    async def examined(server: ModelServer, **settings: object) -> list[Finding]:
        async with open_model_server(server):
            chosen = Server.model_validate({"base_url": server.base_url, **settings})
            return await asyncio.to_thread(check_server, chosen)

    @staticmethod
    def obedient() -> FakeModel:
        return FakeModel(lambda request: '{"answer": "yes"}' if request.schema else "Yes.")

    async def test_one_that_is_well(self) -> None:
        (found,) = await self.examined(ModelServer(self.obedient(), context=4096))
        assert found.state == "ok" and "served-model answers" in found.found

    async def test_the_words_of_a_fault_and_what_there_is_instead(self) -> None:
        (found,) = await self.examined(ModelServer(self.obedient(), names=("one", "two")), model="three")
        assert found.state == "fail" and found.fix
        assert "It says: The model `three` does not exist." in found.found and "It has: one, two" in found.found

    async def test_what_makes_it_less_good(self) -> None:
        well, shapeless, small = await self.examined(ModelServer(FakeModel(["Yes."]), context=1024))
        assert (well.state, shapeless.state, small.state) == ("ok", "warn", "warn")
        assert "JSON schema" in shapeless.found and "server.context_tokens = 1024" in small.fix

    @pytest.mark.parametrize(
        ("address", "open_to_all"),
        [("http://localhost:1/v1", False), ("http://[::1]:1/v1", False), ("https://models.example/v1", False), ("http://10.0.0.5/v1", True)],
    )
    def test_words_that_travel_unencrypted(self, address: str, open_to_all: bool) -> None:
        assert travels_openly(address) is open_to_all

    def test_it_takes_the_place_of_the_chat_model(self, oldfriend: Command, home: Path) -> None:
        (home / "oldfriend.toml").write_text('[server]\nbase_url = "http://127.0.0.1:9/v1"\n')
        found = findings(oldfriend, 1)
        assert "chat model" not in found
        assert found["model server"]["state"] == "fail" and "cannot be reached" in found["model server"]["found"]


def test_settings_that_are_faulty_in_the_home_do_not_hide_the_rest(oldfriend: Command, home: Path) -> None:
    home.mkdir(exist_ok=True)
    (home / "oldfriend.toml").write_text("[model]\ncontext_tokens = 12\n")
    assert {"settings", "python", "database"} <= set(findings(oldfriend, 1))


def serving(body: bytes, status: int) -> type[BaseHTTPRequestHandler]:
    class Health(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    return Health


@pytest.mark.parametrize(("body", "status", "state", "words"), [
    (b'{"well": true, "wrong": {}}', 200, "ok", "is well"),
    (b'{"well": false, "wrong": {"disk": "full"}}', 503, "fail", "disk: full"),
    (b"hello", 200, "fail", "nobody answers"),
    (b"[]", 404, "fail", "nobody answers"),
])
def test_who_is_running_is_asked(oldfriend: Command, home: Path, body: bytes, status: int, state: str, words: str) -> None:
    with HTTPServer(("127.0.0.1", 0), serving(body, status)) as server:
        (home / "oldfriend.toml").write_text(f"[operations]\nport = {server.server_port}\n")
        threading.Thread(target=server.handle_request, daemon=True).start()
        rows = {row["what"]: row for row in json.loads(oldfriend("doctor", "--live", "--json").stdout)}
    assert rows["running"]["state"] == state and words in rows["running"]["found"]


def test_where_nobody_runs(oldfriend: Command, home: Path) -> None:
    rows = {row["what"]: row for row in json.loads(oldfriend("doctor", "--live", "--json").stdout)}
    assert rows["running"]["state"] == "warn" and "operations.port" in rows["running"]["fix"]
    assert "running" not in {row["what"] for row in json.loads(oldfriend("doctor", "--json").stdout)}
