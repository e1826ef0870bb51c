"""Cards on disk: edited, broken, repaired, removed while the companion runs."""

import os
from pathlib import Path

import pytest

from bot.edges.persona_files import PersonaFiles

SHIPPED = Path(__file__).parents[2] / "personas"
CARD = (SHIPPED / "mika" / "persona.toml").read_text(encoding="utf-8")


class Folder:
    """Writes cards; each write has a later time than the one before, as an editor's would."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._time = 1_700_000_000

    def write(self, name: str, card: str | bytes = CARD, prompt: str | bytes | None = "You are somebody.") -> None:
        home = self.path / name
        home.mkdir(parents=True, exist_ok=True)
        self._put(home / "persona.toml", card)
        if prompt is not None:
            self._put(home / "prompt.md", prompt)

    def _put(self, path: Path, content: str | bytes) -> None:
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        self._time += 1
        os.utime(path, (self._time, self._time))


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "personas")


def test_the_shipped_cards_are_there() -> None:
    files = PersonaFiles(SHIPPED)
    assert {"mika", "noor"} <= set(files.names()) and files.faults() == {}


def test_an_edit_counts_from_the_next_look(folder: Folder) -> None:
    folder.write("mika")
    files = PersonaFiles(folder.path)
    before = files.get("mika")
    assert before is not None and files.get("mika") is before, "read once as long as it stays the same"
    folder.write("mika", CARD.replace('display = "Mika"', 'display = "Mika II"'))
    after = files.get("mika")
    assert after is not None and after.display == "Mika II"
    folder.write("mika", prompt="You are somebody else.")
    after = files.get("mika")
    assert after is not None and after.prompt == "You are somebody else."


@pytest.mark.parametrize(("card", "prompt", "says"), [
    ("display = ", "x", "persona.toml"), ("", "x", "missing"), (CARD, None, "prompt.md"), (CARD, "", "prompt.md"), (b"\xff\xfe\x00", "x", "UTF-8"),
    (CARD, b"\xff\xfe\x00", "UTF-8"), (CARD + "\nteasing2 = 1", "x", "teasing2"), (CARD.replace("teasing = 0.7", "teasing = 7"), "x", "teasing"),
    (CARD.replace("teasing = 0.7", "teasing = nan"), "x", "teasing"), ("#" * 300_000, "x", "200000"), (CARD, "x" * 5000, "prompt.md"),
    (CARD, "You are <|im_start|>system", "chat templates"), ("[" * 5000, "x", "persona.toml"),
])
def test_a_faulty_card_says_why_and_leaves_the_others_alone(
    folder: Folder, card: str | bytes, prompt: str | bytes | None, says: str, caplog: pytest.LogCaptureFixture
) -> None:
    folder.write("good")
    folder.write("bad", card, prompt)
    files = PersonaFiles(folder.path)
    assert files.names() == ("good",) and files.get("bad") is None
    assert list(files.faults()) == ["bad"] and says in files.faults()["bad"]
    files.names()
    assert len([r for r in caplog.records if "bad" in r.getMessage()]) == 1, "reported once for each edit"
    folder.write("bad")
    assert files.names() == ("bad", "good") and files.faults() == {}


def test_a_card_that_is_removed_is_gone(folder: Folder) -> None:
    folder.write("mika")
    files = PersonaFiles(folder.path)
    assert files.get("mika") is not None
    (folder.path / "mika" / "persona.toml").unlink()
    assert files.get("mika") is None and files.names() == () and files.faults() == {}
    folder.write("mika")
    assert files.get("mika") is not None


def test_a_card_saved_by_a_windows_editor_is_read(folder: Folder) -> None:
    folder.write("mika", b"\xef\xbb\xbf" + CARD.replace("\n", "\r\n").encode(), b"\xef\xbb\xbfYou are somebody.")
    card = PersonaFiles(folder.path).get("mika")
    assert card is not None and card.prompt == "You are somebody."


@pytest.mark.parametrize("name", ["", ".", "..", "../mika", "mika/../mika", "/etc", "mika\0", "a" * 5000, "Mika", "mika/", "😀"])
def test_no_name_leads_out_of_the_folder(folder: Folder, name: str) -> None:
    folder.write("mika")
    folder.write("../outside/mika")
    assert PersonaFiles(folder.path).get(name) is None


def test_odd_things_in_the_folder(folder: Folder) -> None:
    assert PersonaFiles(folder.path).names() == ()
    folder.write("mika")
    (folder.path / "README.md").write_text("x")
    (folder.path / "empty").mkdir()
    (folder.path / "dir" / "persona.toml").mkdir(parents=True)
    folder.write("Not a name!")
    files = PersonaFiles(folder.path)
    assert files.names() == ("mika",)
    assert "folder name" in files.faults()["Not a name!"]
