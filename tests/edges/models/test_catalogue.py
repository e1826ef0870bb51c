"""Names, paths and the choice of ``auto``."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.edges.models import ENTRIES, Catalogue, Entry, choose_auto
from bot.edges.models.checks import Stamp
from bot.edges.models.entries import Built, HubFile, WheelFile
from bot.errors import ModelDamaged, ModelMissing

GB = 1_000_000_000


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    return Catalogue(tmp_path, builders={})


def _fetched(catalogue: Catalogue, name: str) -> None:
    target = catalogue.folder / ENTRIES[name].target
    target.write_bytes(b"GGUF")
    source = ENTRIES[name].source
    Stamp(target).write({"": source.sha256 if isinstance(source, WheelFile) else "of the hub"})


def _choose(
    catalogue: Catalogue, ram: float, *, hub: bool = True, confirm: Callable[[Entry], bool] = lambda _: True
) -> tuple[str, str]:
    entry, reason = choose_auto(catalogue, ram_bytes=int(ram * GB), hub_reachable=hub, confirm=confirm)
    return entry.name, reason


def test_the_entries_fit_together() -> None:
    assert {"tiny", "tiny-moe", "small", "bge-small", "minilm"} <= set(ENTRIES)
    assert len({entry.target for entry in ENTRIES.values()}) == len(ENTRIES)
    for name, entry in ENTRIES.items():
        assert entry.name == name and entry.size > 0 and entry.ram > 0
        if isinstance(entry.source, WheelFile):
            assert sum(piece.size for piece in entry.source.pieces) == entry.size
        if isinstance(entry.source, Built):
            assert entry.source.base in ENTRIES
        if isinstance(entry.source, HubFile):
            assert entry.source.file == entry.target


async def test_an_unknown_name_lists_the_known_ones(catalogue: Catalogue) -> None:
    for call in (catalogue.path, catalogue.status):
        with pytest.raises(ModelMissing, match="no model called 'huge'.*tiny.*small"):
            call("huge")
    with pytest.raises(ModelMissing, match="no model called"):
        await catalogue.pull("huge", lambda *_: None)


async def test_a_path_is_taken_as_it_is(catalogue: Catalogue, tmp_path: Path) -> None:
    mine = tmp_path / "mine.gguf"
    with pytest.raises(ModelMissing, match="mine.gguf"):
        catalogue.path(str(mine))
    mine.write_bytes(b"GGUF...")
    assert catalogue.path(str(mine)) == await catalogue.pull(str(mine), lambda *_: None) == mine
    mine.write_bytes(b"<html>")
    with pytest.raises(ModelDamaged, match="not a GGUF"):
        catalogue.path(str(mine))


def test_a_folder_is_taken_when_it_is_an_embedder(catalogue: Catalogue, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    with pytest.raises(ModelDamaged, match="no modules.json"):
        catalogue.path(str(folder))
    (folder / "modules.json").write_text("[]")
    assert catalogue.path(str(folder)) == folder


def test_auto_goes_by_memory(catalogue: Catalogue) -> None:
    assert [_choose(catalogue, ram)[0] for ram in (1.5, 4, 7.5, 16, 32)] == ["tiny", "granite", "olmoe", "lfm2", "qwen3-moe"]
    assert "1.5 GB of memory" in _choose(catalogue, 1.5)[1]


def test_auto_without_a_hub_says_so(catalogue: Catalogue) -> None:
    name, reason = _choose(catalogue, 32, hub=False)
    assert name == "small" and reason.startswith("The model hub cannot be reached")


def test_auto_asks_before_two_gigabytes(catalogue: Catalogue) -> None:
    asked: list[str] = []

    def refuse(entry: Entry) -> bool:
        asked.append(entry.name)
        return False

    assert _choose(catalogue, 32, confirm=refuse)[0] == "granite"
    assert asked == ["qwen3-moe", "lfm2", "olmoe"]
    assert _choose(catalogue, 32, confirm=lambda entry: entry.name == "olmoe")[0] == "olmoe"


def test_auto_takes_what_is_here_without_asking(catalogue: Catalogue) -> None:
    _fetched(catalogue, "small")
    _fetched(catalogue, "olmoe")

    def refuse(entry: Entry) -> bool:
        raise AssertionError(entry)

    assert _choose(catalogue, 32, hub=False, confirm=refuse) == ("olmoe", "Using olmoe (OLMoE 7B, 1B active): it is already here.")
    assert _choose(catalogue, 4, confirm=refuse)[0] == "small"
