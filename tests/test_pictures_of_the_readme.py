"""The pictures that README shows are those that the companion draws."""

import io
from pathlib import Path

from PIL import Image, ImageChops

from tests.pictures import FOLDER, draw


async def test_they_are_drawn_anew_and_look_the_same(tmp_path: Path) -> None:
    readme = (FOLDER.parents[1] / "README.md").read_text()
    for name in await draw(tmp_path):
        committed, drawn = (FOLDER / name).read_bytes(), (tmp_path / name).read_bytes()
        assert len(committed) < 60_000 and f"docs/pictures/{name}" in readme
        both = [Image.open(io.BytesIO(png)).convert("L") for png in (committed, drawn)]
        differing = ImageChops.difference(*both).point(lambda value: 255 if value > 60 else 0)
        # Another version of a font may move the edge of a letter.
        assert both[0].size == both[1].size and differing.histogram()[255] < 0.03 * 800 * 450
