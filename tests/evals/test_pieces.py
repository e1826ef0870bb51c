"""A measurement in pieces adds up to the whole."""

from pathlib import Path

from tests.evals.pieces import Piece, Row, reached

CASES: list[Row] = [{"text": text} for text in ("a", "b", "c")]


async def test_a_later_piece_goes_on_where_the_first_one_stopped(tmp_path: Path) -> None:
    asked: list[str] = []
    seconds = iter(range(100))

    async def ask(case: Row) -> Row:
        asked.append(case["text"])
        return {"reply": case["text"].upper()}

    file = tmp_path / "answers.jsonl"
    first = await Piece(file, 1, lambda: next(seconds)).answered(CASES, ask)
    assert first == [{"text": "a", "reply": "A"}] and reached(first, CASES) == "1 of 3 cases; the same command goes on"
    whole = await Piece(file).answered(CASES, ask)
    assert [row["reply"] for row in whole] == ["A", "B", "C"] and asked == ["a", "b", "c"] and reached(whole, CASES) == "3 of 3 cases"


async def test_without_a_file_all_is_asked_and_nothing_is_kept() -> None:
    async def ask(case: Row) -> Row:
        return {"reply": "x"}

    assert len(await Piece().answered(CASES, ask)) == 3
