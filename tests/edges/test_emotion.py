"""The emotion reader on the real model, and its faults."""

import shutil
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from bot.edges.emotion import HEAD, LONGEST, LocalEmotionReader, windows_of
from bot.errors import ModelDamaged, ModelFailed, ModelMissing
from bot.mind.belief import EKMAN, LABELS
from bot.mind.crisis import ASKS


@pytest.mark.model
async def test_it_reads_what_is_plain(bge_folder: Path) -> None:
    reader = LocalEmotionReader(bge_folder)
    assert LocalEmotionReader.fits(bge_folder)
    for text, fine, coarse in (
        ("Thank you so much, that was kind of you!", "gratitude", "joy"), ("I'm scared of the surgery tomorrow", "fear", "fear"),
        ("my grandmother died and I can't stop crying", "sadness", "sadness"), ("lol that is hilarious", "amusement", "joy"),
        ("The meeting is in room four.", "neutral", "neutral"),
    ):
        emotions = await reader.read(text)
        assert fine in emotions.named("original") and coarse in emotions.named("ekman"), text
        assert set(emotions.original) == set(LABELS) and set(emotions.ekman) == set(EKMAN)
    for text, kind in (("i counted the pills, there are enough", "self_harm"), ("he choked me again last night", "abuse"), ("I can't feel my left arm", "medical")):
        dangers = (await reader.read(text)).danger
        assert sum(dangers.values()) >= 0.5 and max(dangers, key=lambda name: dangers[name]) == kind, (text, dangers)
    assert sum((await reader.read("this homework is killing me")).danger.values()) < 0.5
    for text in ("my doctor says I have a stomach ulcer, so no spicy food", "the doctor says I've a stomach ulcer", "my boss tore me apart in the meeting"):
        assert sum((await reader.read(text)).danger.values()) < ASKS, text  # an ordinary diagnosis and a quarrel are not even asked about
    assert await reader.read("") == await reader.read("")
    assert (await reader.read("word " * 5000)).named("ekman")
    await reader.aclose()
    with pytest.raises(ModelFailed):
        await reader.read("hello")


@pytest.mark.model
async def test_danger_is_not_lost_in_a_long_message(bge_folder: Path) -> None:
    reader = LocalEmotionReader(bge_folder)
    day = "We went to the market and bought apples. The bus was late again, as always. My sister sends you her best. "
    for text in (day + "i counted the pills, there are enough. " + day, day * 5 + "he choked me again last night. " + day * 5):
        assert sum((await reader.read(text)).danger.values()) >= ASKS, text
    assert sum((await reader.read(day * 10)).danger.values()) < ASKS
    await reader.aclose()


def test_a_long_message_is_read_in_windows_that_overlap() -> None:
    assert windows_of([1, 5, 6, 2]) == [[1, 5, 6, 2]]
    words = list(range(10, 310))
    windows = windows_of([1, *words, 2])
    assert all(window[0] == 1 and window[-1] == 2 and len(window) <= LONGEST for window in windows)
    assert {word for window in windows for word in window} == {1, 2, *words}
    assert all(set(one[1:-1]) & set(two[1:-1]) for one, two in pairwise(windows))
    many = windows_of([1, *range(10, 5010), 2])
    assert many[0][1] == 10 and many[-1][-2] == 5009 and len(many) == 6


async def test_a_missing_model_is_said_to_be_missing(tmp_path: Path) -> None:
    assert not LocalEmotionReader.fits(tmp_path)
    with pytest.raises(ModelMissing):
        await LocalEmotionReader(tmp_path).read("hello")


@pytest.mark.model
async def test_a_damaged_head_is_said_to_be_damaged(bge_folder: Path, tmp_path: Path) -> None:
    broken = tmp_path / "head.npz"
    broken.write_bytes(HEAD.read_bytes()[:1000])
    with pytest.raises(ModelDamaged):
        await LocalEmotionReader(bge_folder, head=broken).read("hello")


async def test_a_damaged_model_is_said_to_be_damaged(tmp_path: Path) -> None:
    folder = tmp_path / "bge-small-en-v1.5-int8"
    folder.mkdir()
    (folder / "model_quantized.onnx").write_bytes(b"not a model")
    with pytest.raises(ModelDamaged):
        await LocalEmotionReader(folder).read("hello")
    shutil.rmtree(folder)


def test_the_head_needs_no_pickle_and_is_small() -> None:
    with np.load(HEAD, allow_pickle=False) as weights:
        assert weights["head.matrix"].shape == (768, len(LABELS) + len(EKMAN)) and weights["danger.query"].shape == (384,)
    assert HEAD.stat().st_size < 10_000_000
