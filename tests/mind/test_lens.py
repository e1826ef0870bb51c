"""The lens: what all talk has in common is taken off, and the rest is turned towards what such texts call up."""

import io

import numpy as np
import pytest

from bot.mind.recall.lens import Lens, fitted, unit
from tests.evals.fit_lens import Pair, Talk, fit_lens, readable

WIDTH = 12
_noise = np.random.default_rng(3)


def directions(count: int) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    return unit(_noise.standard_normal((count, WIDTH)).astype(np.float32))


def nothing() -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    return np.zeros((WIDTH, WIDTH), np.float32)


def test_what_all_have_in_common_says_nothing() -> None:
    common, apart = directions(2)
    rows = unit(3 * common + directions(30))
    lens = Lens.of("m", rows.mean(axis=0), (nothing(), nothing()), 2)
    aim = lens.aim(unit(3 * common + apart), "remark")
    assert np.linalg.norm(aim.toward) == pytest.approx(1, abs=1e-5)
    assert aim.likeness(rows).mean() == pytest.approx(0, abs=0.1)
    assert aim.likeness(unit(3 * common + apart)[None])[0] == pytest.approx(1, abs=0.01)


def test_a_fit_leads_from_what_is_said_to_what_it_calls_up_and_only_its_kind() -> None:
    asked, wanted = directions(40), directions(40)
    wanted += 2 * asked[:, ::-1]  # what is wanted lies where the mirror image points
    talks = [Talk("s", 0, np.zeros(WIDTH, np.float32), 1)]
    pairs = [Pair("s", 0, "remark", a, w, 1.0) for a, w in zip(asked, unit(wanted), strict=True)]
    lens = fit_lens("m", pairs, talks)
    fresh = directions(1)[0]
    mirrored = unit(fresh[::-1])[None]
    assert lens.aim(fresh, "remark").likeness(mirrored)[0] > 0.5
    assert lens.aim(fresh, "question").likeness(fresh[None])[0] == pytest.approx(1, abs=0.01)


def test_a_file_brings_back_the_same_lens() -> None:
    lens = Lens.of("m", directions(1)[0], (directions(WIDTH), directions(WIDTH)), 4)
    file = io.BytesIO()
    lens.save(file)
    file.seek(0)
    again, vector = Lens.load(file), directions(1)[0]
    assert again.model == "m"
    assert again.aim(vector, "question").toward.tolist() == lens.aim(vector, "question").toward.tolist()


def test_the_shipped_lens_is_for_its_model_only() -> None:
    assert fitted("bge-small") is not None
    assert fitted("minilm") is None


def test_an_english_model_reads_english() -> None:
    assert readable("We moved to Oslo — finally")
    assert not readable("我们搬到了奥斯陆")
