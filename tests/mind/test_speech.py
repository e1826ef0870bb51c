"""Text is cleaned without harm and split without loss."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.mind.speech import clean, closed, split

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
SCOTLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"

anything = st.text(max_size=700)
prose = st.text(alphabet=st.sampled_from("ab.!? \n\té\u0301אب"), max_size=900)
code = st.lists(st.text(alphabet="abc ()=", min_size=1, max_size=60).filter(str.strip), min_size=1, max_size=40)


def solid(text: str) -> str:
    return re.sub(r"\s+", "", text)


@given(prose)
def test_pieces_fit_and_lose_nothing(text: str) -> None:
    pieces = split(text, 100)
    assert all(0 < len(p) <= 100 and p.strip() for p in pieces)
    assert solid("".join(pieces)) == solid(text)


@given(anything)
def test_any_text_at_all_can_be_split(text: str) -> None:
    pieces = split(text, 100)
    assert all(0 < len(p) <= 100 for p in pieces)
    assert bool(pieces) == bool(text.strip())


@given(before=prose, lines=code, after=prose, language=st.sampled_from(["", "python", "c++"]))
def test_a_fence_is_closed_and_opened_again(before: str, lines: list[str], after: str, language: str) -> None:
    text = before + f"\n```{language}\n" + "\n".join(lines) + "\n```\n" + after
    pieces = split(text, 100)
    assert all(len(p) <= 100 and p.count("```") % 2 == 0 for p in pieces)
    outside = "".join(re.sub(r"```.*?```", "", p, flags=re.S) for p in pieces)
    assert solid(outside) == solid(before + after)
    inside = "".join(re.sub(rf"^{re.escape(language)}\n", "", block)
                     for p in pieces for block in re.findall(r"```(.*?)```", p, flags=re.S))
    assert solid(inside) == solid("".join(lines))


def test_short_text_is_one_piece_and_no_text_is_none() -> None:
    assert split("Hello there.") == ("Hello there.",)
    assert split("") == split(" \n\t ") == ()


def test_a_limit_without_room_is_refused() -> None:
    with pytest.raises(ValueError):
        split("abc", 10)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("a" * 60 + "\n\n" + "b " * 60, "a" * 60),
        ("a" * 60 + "\n" + "b " * 60, "a" * 60),
        ("a" * 60 + ". " + "b " * 60, "a" * 60 + "."),
        ("a" * 60 + " " + "b" * 90, "a" * 60),
    ],
)
def test_borders(text: str, first: str) -> None:
    assert split(text, 100)[0] == first


def test_code_keeps_its_language_and_its_indentation() -> None:
    body = "def f():\n" + "".join(f"    x{i} = {i}\n" for i in range(30))
    pieces = split(f"Look:\n```python\n{body}```\nDone.", 120)
    assert len(pieces) > 2
    assert all(p.startswith("```python\n    x") for p in pieces[1:-1])
    assert pieces[-1].endswith("Done.")


def test_a_fence_that_would_open_at_the_very_end_goes_to_the_next_piece() -> None:
    pieces = split("w" * 85 + "\n```python\n" + "x = 1\n" * 10 + "```", 100)
    assert pieces[0] == "w" * 85
    assert pieces[1].startswith("```python\nx = 1")


@pytest.mark.parametrize("cluster", ["e\u0301", FAMILY, SCOTLAND, "\U0001f1e9\U0001f1ea", "\U0001f44d\U0001f3fd"])
def test_no_visible_character_is_cut(cluster: str) -> None:
    for shift in range(len(cluster)):
        text = "a" * shift + cluster * 60
        assert all(p.removeprefix("a" * shift).replace(cluster, "") == "" for p in split(text, 100))


def test_surrogate_halves_stay_together() -> None:
    assert all(len(p.replace("\ud83d\ude00", "").replace("a", "")) == 0 for p in split("a" + "\ud83d\ude00" * 99, 100))


@given(anything)
def test_clean_is_settled_after_once(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert not any(unicodedata.category(c) in ("Cc", "Cs") for c in once.replace("\n", "").replace("\t", ""))


@pytest.mark.parametrize("nothing", ["", "  \n", "\u200b", "\u200d\u200d", "\ufeff\u2060", "\ufe0f", "\u3164", "\u202e"])
def test_what_nobody_sees_is_nothing(nothing: str) -> None:
    assert clean(nothing) == ""


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("  hi\r\nthere\t!", "hi\nthere\t!"),
        ("a\x00b\x07c\x1b[31m", "abc[31m"),
        ("שלום \u202eevil\u202c", "שלום evil"),
        ("\u200fمرحبا", "\u200fمرحبا"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        (FAMILY, FAMILY),
        (SCOTLAND, SCOTLAND),
        ("hid\U000e0068\U000e0069den", "hidden"),
        ("half \ud83d emoji", "half  emoji"),
        ("zero\u200bwidth", "zerowidth"),
    ],
)
def test_clean(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


_UNCUT = ["||he was dead all along||", "https://example.org/a/long/path?with=many&words=1", "[the recipe](https://example.org/rice)", "<:wave:123456789012345678>",
          "`git status`", "<t:1700000000:f>"]


@given(st.lists(st.sampled_from([*_UNCUT, "word", "And so on.", "\n"]), min_size=1, max_size=60))
def test_links_spoilers_emoji_and_code_are_never_cut(parts: list[str]) -> None:
    pieces = split(" ".join(parts), 100)
    assert all(len(p) <= 100 for p in pieces)
    for whole in _UNCUT:
        assert sum(p.count(whole) for p in pieces) == parts.count(whole)


def test_a_spoiler_too_long_for_a_piece_is_closed_and_opened_again() -> None:
    secret = "the butler did it " * 30
    pieces = split(f"Look: ||{secret}|| there.", 200)
    assert len(pieces) > 2 and all(len(p) <= 200 and p.count("||") % 2 == 0 for p in pieces)
    shown = "".join(re.sub(r"\|\|.*?\|\|", "", p, flags=re.S) for p in pieces)
    assert solid(shown) == "Look:there."
    assert solid("".join(pieces).replace("||", "")) == solid(f"Look: {secret} there.")


def test_two_bars_in_code_are_no_spoiler() -> None:
    code = "```c\n" + "if (a || b) { c(); }\n" * 30 + "```"
    assert all(p.startswith("```c\n") and p.endswith("\n```") for p in split(code, 200))


@pytest.mark.parametrize(
    ("beginning", "shown"),
    [
        ("Look:\n```python\nx = 1", "Look:\n```python\nx = 1\n```"), ("He is ||dead", "He is ||dead||"), ("He is ||dead||.", "He is ||dead||."),
        ("`a || b` is true", "`a || b` is true"), ("```\na || b\n```", "```\na || b\n```"),
    ],
)
def test_a_beginning_is_closed(beginning: str, shown: str) -> None:
    assert closed(beginning) == shown
