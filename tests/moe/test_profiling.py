"""The routers of a model whose routing is known, watched while it reads."""

from pathlib import Path

import numpy as np
import pytest

from bot.errors import ModelError
from bot.moe.corpus import Text, labelled, read_corpus
from bot.moe.heatmap import draw_heatmap
from bot.moe.profiling import count_choices
from bot.moe.routing import profile
from bot.moe.run import Run


def test_every_token_is_seen_where_it_is_known_to_go(known_routing: Path) -> None:
    texts = [Text("g", "x", "the sea"), Text("g", "y", "dddd"), Text("g", "y", "hh")]
    tally = count_choices(known_routing, texts, threads=1)
    assert (tally.layers, tally.labels, tally.tokens.tolist()) == ((0, 1, 2), ("x", "y"), [13] * 3)
    sea = np.zeros(4, dtype=int)
    for byte in b"the sea":
        sea[byte % 4] += 1
        sea[(byte + 1) % 4] += 1
    assert (tally.chosen[0].sum(axis=0) == sea).all()
    assert tally.chosen[1].tolist() == [[[4, 4, 0, 0]] * 3, [[2, 2, 0, 0]] * 3]  # d and h are 100 and 104
    together = np.zeros((4, 4), dtype=int)
    for byte in b"the seaddddhh":
        together[byte % 4, (byte + 1) % 4] += 1
    off_diagonal = together + together.T
    assert all((layer[~np.eye(4, dtype=bool)] == off_diagonal[~np.eye(4, dtype=bool)]).all() for layer in tally.together)


def test_texts_of_single_letters_are_told_by_their_experts(known_routing: Path) -> None:
    texts = [Text("g", label, letter * 40) for label, letter in (("zero", "d"), ("two", "f")) for _ in range(2)]
    for layer in profile(count_choices(known_routing, texts, threads=1), {"g": ["zero", "two"]}):
        assert layer.specialisation["g"] > 0.95 and layer.stability == pytest.approx(1) and layer.idle == 0
        assert [pair[:2] for pair in layer.pairs] == [(0, 1), (2, 3)]


def test_the_last_layer_is_seen_for_every_token(mixture: Path) -> None:
    with Run(mixture, context=32, watch=("ffn_moe_logits", "l_out")) as run:
        seen = run.evaluate(run.tokens("eight by"))
    assert {name: tensor.shape for name, tensor in seen.tensors.items() if name.endswith("-2")} == {"ffn_moe_logits-2": (8, 4), "l_out-2": (8, 64)}
    assert seen.logits.shape == (8, 300)


def test_a_dense_model_has_no_routers(dense: Path) -> None:
    with pytest.raises(ModelError, match="dense"):
        count_choices(dense, [Text("", "x", "hello")], threads=1)


def test_a_picture_is_drawn(known_routing: Path, tmp_path: Path) -> None:
    tally = count_choices(known_routing, [Text("", "x", "hello")], threads=1)
    draw_heatmap(tally, tmp_path / "map.png", title="known")
    assert (tmp_path / "map.png").read_bytes().startswith(b"\x89PNG")


def test_names_of_files_are_groups_and_labels(tmp_path: Path) -> None:
    (tmp_path / "mood.calm.txt").write_text("one\n\n two \n")
    (tmp_path / "plain.txt").write_text("three")
    texts = read_corpus(tmp_path)
    assert texts == (Text("mood", "calm", "one"), Text("mood", "calm", "two"), Text("", "plain", "three"))
    assert labelled(texts, "mood") == {"calm": ["one", "two"]} and set(labelled(texts)) == {"calm", "plain"}
    assert read_corpus(tmp_path / "plain.txt") == texts[2:]


def test_our_own_texts() -> None:
    texts = read_corpus()
    assert {text.group for text in texts} == {"domain", "emotion"}
    assert {len(of_one) for of_one in labelled(texts).values()} == {8}


def test_texts_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="neither a text file nor"):
        read_corpus(tmp_path)
    (tmp_path / "x.txt").write_bytes(b"caf\xe9")
    with pytest.raises(ModelError, match="byte 3 is not UTF-8"):
        read_corpus(tmp_path)
