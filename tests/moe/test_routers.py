"""Routers from texts and from other mixtures."""

from pathlib import Path

import numpy as np
import pytest

from bot.errors import ModelError
from bot.moe.quality import Foretold, perplexity, surprise_of
from bot.moe.routers import routers_from_mixture, routers_from_texts, sent_right, separating

_RANDOM = np.random.default_rng(11)


def _clouds(width: int = 40, apart: float = 3.0) -> list[np.ndarray]:
    """Three clouds of states around places of their own, all far from the origin in one direction, as hidden states are."""
    common = np.full(width, 10.0)
    return [(common + apart * np.eye(width)[place] + _RANDOM.normal(0, 1, (60, width))).astype(np.float32) for place in range(3)]


def test_states_are_sent_to_their_own_expert() -> None:
    router = separating(_clouds())
    assert router.shape == (3, 40) and router.dtype == np.float32
    assert sent_right(router, _clouds()) > 0.85


def test_what_is_common_to_all_favours_nobody() -> None:
    logits = separating(_clouds()) @ np.full(40, 10.0, dtype=np.float32)
    assert np.ptp(logits) < 1.0  # the margin between experts is 4


def test_the_margin_is_the_same_whatever_the_size_of_the_states() -> None:
    for apart in (2.0, 6.0):
        clouds = _clouds(apart=apart)
        logits = np.stack([cloud.mean(axis=0) for cloud in clouds]) @ separating(clouds).T
        assert np.trace(logits) / 3 - (logits.sum() - np.trace(logits)) / 6 == pytest.approx(4, rel=0.05)


def test_texts_of_different_letters_are_told_apart(dense: Path) -> None:
    texts = [[letter * 12 for _ in range(4)] for letter in "aXz"]
    fitted = routers_from_texts(dense, texts, [0, 2], threads=1)
    assert set(fitted.routers) == {0, 2} and fitted.routers[0].shape == (3, 64)
    assert min(fitted.right.values()) == 1
    with pytest.raises(ModelError, match="two texts at least"):
        routers_from_texts(dense, [["a"], ["b", "c"]], [0], threads=1)


def test_routers_of_a_trained_mixture(mixture: Path) -> None:
    routers = routers_from_mixture(mixture, 3, [0, 2, 5], width=64, depth=6)
    assert {layer: router.shape for layer, router in routers.items()} == {0: (3, 64), 2: (3, 64), 5: (3, 64)}
    assert not np.array_equal(routers[0], routers[5])
    for experts, width in ((5, 64), (2, 32)):
        with pytest.raises(ModelError, match="do not fit"):
            routers_from_mixture(mixture, experts, [0], width=width, depth=3)


def test_perplexity_is_the_number_of_equal_choices() -> None:
    assert Foretold(surprise_of(np.zeros((5, 8), dtype=np.float32), [0] * 5), 5).perplexity == pytest.approx(8)
    sure = np.full((2, 8), -100.0, dtype=np.float32)
    sure[:, 3] = 100
    assert surprise_of(sure, [3, 3]) == pytest.approx(0)


def test_perplexity_of_a_model_of_noise_is_about_its_vocabulary(dense: Path) -> None:
    told = perplexity(dense, ["Hello sea", "x"], threads=1)
    assert told.tokens == 8 and 100 < told.perplexity < 3000
