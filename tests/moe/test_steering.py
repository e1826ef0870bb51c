"""Control vectors: the arithmetic, and the whole on a model of noise and on a real small one."""

from pathlib import Path

import numpy as np
import pytest
from gguf import GGUFReader

from bot.errors import ModelError, ModelFailed
from bot.moe.run import Run
from bot.moe.steering import ASKED, TRIED, increments, spans, steer, write_vector
from bot.moe.style import distance, habits

_LINES = [("hello", "ahoy, ye landlubber!"), ("how are you", "aye, the wind be fair!"), ("good night", "arr, drop anchor!"), ("a storm", "ho, reef them sails!")]


def test_layers_add_up_to_the_direction_of_the_last() -> None:
    directions = {3: np.array([1.0, 0], dtype=np.float32), 4: np.array([1.5, 2], dtype=np.float32), 5: np.array([0.0, 4], dtype=np.float32)}
    added = increments(directions, 2.0)
    assert np.allclose(sum(added.values()), 2 * directions[5])
    assert np.allclose(added[3] + added[4], 2 * directions[4])


def test_a_vector_is_added_after_its_layer(dense: Path) -> None:
    with Run(dense, context=32, watch=("l_out",)) as run:
        tokens = run.tokens("Hello")
        before = run.evaluate(tokens).tensors
        run.steer({1: np.full(64, 0.5, dtype=np.float32)})
        after = run.evaluate(tokens).tensors
        run.steer(None)
        again = run.evaluate(tokens).tensors
    assert np.array_equal(after["l_out-0"], before["l_out-0"])
    assert np.allclose(after["l_out-1"] - before["l_out-1"], 0.5, atol=1e-4)
    assert not np.allclose(after["l_out-2"], before["l_out-2"], atol=1e-2)
    assert np.array_equal(again["l_out-2"], before["l_out-2"])


def test_what_is_written_is_what_the_engine_reads(tmp_path: Path) -> None:
    write_vector(tmp_path / "v.gguf", {2: np.arange(4, dtype=np.float32)}, architecture="llama")
    reader = GGUFReader(tmp_path / "v.gguf")
    assert {t.name: t.data.tolist() for t in reader.tensors} == {"direction.2": [0, 1, 2, 3]}
    assert reader.fields["general.architecture"].contents() == "controlvector"


_TEXTS = ["The sea is calm.", "A bird sings.", "Bread is baked.", "Snow falls."]


def test_answers_come_nearer_to_the_card(dense: Path) -> None:
    steered = steer(dense, _LINES, _TEXTS, where=[(1, 2)], limit=1000.0, threads=1, strengths=(2.0, 8.0))
    assert set(steered.vectors) == {1, 2} and [effect.strength for effect in steered.effects] == [2.0, 8.0] and steered.chosen in steered.effects
    assert steered.chosen.distance == min(effect.distance for effect in steered.effects) < steered.before[1] and len(steered.answers) == len(ASKED)
    assert not set(ASKED) & set(TRIED)


@pytest.mark.parametrize(("limit", "strengths"), [(-1.0, (8.0,)), (1000.0, (1e-6,))])
def test_what_costs_too_much_or_changes_nothing_is_not_taken(dense: Path, limit: float, strengths: tuple[float, ...]) -> None:
    with pytest.raises(ModelError, match="nearer"):
        steer(dense, _LINES, _TEXTS, where=[(1, 2)], limit=limit, threads=1, strengths=strengths)


def test_layers_are_chosen_by_trying(dense: Path) -> None:
    steered = steer(dense, _LINES, _TEXTS, where=[(2, 2), (1, 2), (1, 1)], limit=1000.0, threads=1, strengths=(8.0, 2.0))
    assert [layers for layers, _ in steered.ranges] == [(2, 2), (1, 2), (1, 1)]
    best = [layers for layers, _ in sorted(steered.ranges, key=lambda one: one[1])[:2]]
    assert [(effect.layers, effect.strength) for effect in steered.effects] == [(layers, strength) for layers in best for strength in (8.0, 2.0)]
    assert set(steered.vectors) == set(range(steered.chosen.layers[0], steered.chosen.layers[1] + 1))


def test_ranges_overlap_and_stay_within_the_model() -> None:
    assert spans(28) == ((4, 13), (7, 16), (9, 18), (11, 20), (14, 23)) and spans(3) == ((1, 2),)
    for layers in range(2, 80):
        assert all(1 <= first <= last < layers for first, last in spans(layers))


def test_answers_side_by_side_are_those_alone(dense: Path) -> None:
    users = ("Hello", "How are you today?", "Hm", "The sea", "It rains again")
    with Run(dense, context=512, sequences=2) as run, Run(dense, context=512) as alone:
        assert run.answers(users, 6) == [alone.answers([user], 6)[0] for user in users]


def test_more_tokens_than_there_is_room_for(dense: Path) -> None:
    with Run(dense, context=32, rows=4) as run, pytest.raises(ModelFailed, match="5 tokens at once"):
        run.step([(0, place, 65, True) for place in range(5)])


def test_a_text_is_the_pieces_of_its_tokens(dense: Path) -> None:
    with Run(dense, context=32) as run:
        assert run.text(run.tokens("Ahoy, ye!")) == "Ahoy, ye!"


@pytest.mark.parametrize(("first", "last"), [(0, 1), (1, 3), (2, 1)])
def test_layers_that_cannot_be_steered(dense: Path, first: int, last: int) -> None:
    with pytest.raises(ModelError, match="1 to 2"):
        steer(dense, _LINES, ["x"], where=[(first, last)])
    with pytest.raises(ModelError, match="four at least"):
        steer(dense, _LINES[:3], ["x"], where=[(1, 1)])


def test_habits() -> None:
    told = habits(["You're late! Why?", "I know."])
    assert told["words a line"] == 2.5 and told["questions"] == 0.5 and told["exclamations"] == 0.5
    assert told["contractions"] == pytest.approx(0.2) and told["I"] == pytest.approx(0.2) and told["you"] == pytest.approx(0.2)
    assert set(habits([]).values()) == {0.0}


def test_who_goes_round_in_circles_says_it_once() -> None:
    assert habits(["What? What? What? I know. I know."]) == habits(["What? I know."])


def test_the_same_habits_are_no_distance_and_others_are_more() -> None:
    short, long = ["No. Why?", "Go on, then."], ["It is of considerable importance to understand the underlying circumstances before deciding anything whatsoever."]
    assert distance(short, short) == 0
    assert 0 < distance(short, ["Yes. Where?"]) < distance(short, long) <= 3
