"""Stop words across borders of tokens, and whole characters only."""

from hypothesis import given
from hypothesis import strategies as st

from bot.edges.llama.text import Outlet


def _fed(parts: list[bytes], stop: tuple[str, ...]) -> str:
    outlet = Outlet(stop)
    said = [outlet.feed(part) for part in parts]
    return "".join(said) + outlet.rest()


def _cut(raw: bytes, borders: list[int]) -> list[bytes]:
    edges = [0, *sorted(border % (len(raw) + 1) for border in borders), len(raw)]
    return [raw[a:b] for a, b in zip(edges, edges[1:], strict=False)]


def test_a_stop_word_in_three_tokens_is_not_said() -> None:
    outlet = Outlet(("\nUser:",))
    assert [outlet.feed(part) for part in (b"Bye.", b"\nUs", b"er", b": hi", b" more")] == ["Bye.", "", "", "", ""]
    assert outlet.stopped and outlet.rest() == ""


def test_what_only_looked_like_a_stop_word_is_said() -> None:
    assert _fed([b"a\nUs", b"ually", b"\nU"], ("\nUser:",)) == "a\nUsually\nU"


def test_an_emoji_in_four_tokens_comes_whole() -> None:
    outlet = Outlet(())
    assert [outlet.feed(bytes([byte])) for byte in "😀".encode()] == ["", "", "", "😀"]


def test_an_unfinished_character_at_the_end_is_left_out() -> None:
    assert _fed(["你好".encode()[:5]], ()) == "你"


def test_bytes_that_are_no_text_are_left_out() -> None:
    assert _fed([b"a\xff\xfeb"], ()) == "ab"


@given(
    st.text(alphabet="abUs:\n😀你é", max_size=30),
    st.lists(st.text(alphabet="abUs:\n😀", min_size=1, max_size=4), max_size=3),
    st.lists(st.integers(0, 200), max_size=12),
)
def test_borders_change_nothing(text: str, stop: list[str], borders: list[int]) -> None:
    said = _fed(_cut(text.encode(), borders), tuple(stop))
    ends = [(text.find(word) + len(word), text.find(word)) for word in stop if word in text]
    assert said == (text[: min(ends)[1]] if ends else text)
    assert not any(word in said for word in stop)
