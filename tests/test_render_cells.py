"""What every drawing in characters rests on: widths, lines, shares and places."""

from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from wcwidth import wcswidth

from projledger.document import Column, Point, Timeline, TimelineRow
from projledger.render.cells import Line, line_width, pad, width, wrap
from projledger.render.safe import printable
from projledger.render.scale import covered, labels, shares, ticks, touched

TEXT = st.text(st.sampled_from("abc 1，。（）「」中文字é・…\u3000-/\u0301👍👨\u200d"), max_size=60).map(printable)


def said(line: Line) -> str:
    return "".join(text for text, _style in line)


@given(st.text(st.characters(exclude_categories=["Cs", "Cn", "Co"])))
def test_widths_are_those_of_wcwidth(text):
    text = printable(text)
    assert width(text) == max(0, wcswidth(text))


@example("1\u200d\u200d中", 2)  # two joiners join nothing
@given(TEXT, st.integers(2, 40))
def test_wrapping_loses_only_spaces_and_keeps_within_the_width(text, cells):
    lines = wrap(((text, "plain"),), cells)
    assert all(line_width(line) <= cells for line in lines)
    assert "".join(map(said, lines)).replace(" ", "").replace("\u3000", "") == text.replace(" ", "").replace(
        "\u3000", ""
    )


@pytest.mark.parametrize(
    ("text", "cells", "lines"),
    [
        ("应六月办结，逾期一天", 10, ["应六月办", "结，逾期一", "天"]),
        ("罗刚（审批局）", 6, ["罗刚", "（审批", "局）"]),
        ("投资12亿元", 6, ["投资", "12亿元"]),
        ("one two three", 7, ["one two", "three"]),
        ("unbreakable", 4, ["unbr", "eaka", "ble"]),
        ("中 文", 2, ["中", "文"]),
        ("中文  ", 4, ["中文"]),
    ],
)
def test_lines_break_where_readers_expect(text, cells, lines):
    assert [said(line) for line in wrap(((text, "plain"),), cells)] == lines


def test_styles_survive_wrapping():
    line = (("red ", "red"), ("green words", "green"))
    assert wrap(line, 9) == [(("red ", "red"), ("green", "green")), (("words", "green"),)]


def test_padding_goes_after_or_before():
    assert pad((("中", "red"),), 4) == (("中", "red"), ("  ", "plain"))
    assert pad((("中", "red"),), 4, right=True) == (("  ", "plain"), ("中", "red"))
    assert pad((("中文字", "red"),), 4) == (("中文字", "red"),)


@given(st.lists(st.integers(0, 50), min_size=1, max_size=6), st.integers(6, 60))
def test_shares_add_up_and_hide_nobody(counts, length):
    whole = max(1, sum(counts))
    drawn = shares(counts, whole, length)
    assert all((cells > 0) == (count > 0) for cells, count in zip(drawn, counts, strict=True))
    if sum(counts):
        assert sum(drawn) == length


def test_shares_of_a_part_of_the_whole():
    # 20 of 40 fill half of 10 cells: 5; 15 : 5 of them are 3.75 and 1.25 cells.
    assert shares([15, 5], 40, 10) == [4, 1]
    assert shares([0, 0], 0, 10) == [0, 0]


def timeline(first: date, days: int, **extra) -> Timeline:
    return Timeline((Column("p"),), (), first, first + timedelta(days=days - 1), (), **extra)


def test_places_on_a_scale():
    # Ten days on twenty cells: each day takes two, the third begins in cell 4.
    block = timeline(date(2024, 6, 1), 10)
    assert touched(date(2024, 6, 3), date(2024, 6, 4), block, 20) == range(4, 7)
    assert covered(date(2024, 6, 3), date(2024, 6, 4), block, 20) == range(4, 8)
    # On five cells each takes two days: 2 to 4 June touch the cells of 1-2 and 3-4 June, and fill only the second.
    assert touched(date(2024, 6, 2), date(2024, 6, 4), block, 5) == range(0, 2)
    assert covered(date(2024, 6, 2), date(2024, 6, 4), block, 5) == range(1, 2)
    assert touched(date(2024, 5, 1), date(2024, 7, 1), block, 5) == range(0, 5)


def test_rests_of_the_same_length_are_drawn_alike():
    # Two days in seven on 70 cells of 120 days are 1.17 cells: one for each weekend, wherever it falls.
    block = timeline(date(2024, 6, 1), 120)
    weekends = [covered(day, day + timedelta(days=1), block, 70) for day in (date(2024, 6, d) for d in (1, 8, 15, 22))]
    assert [len(cells) for cells in weekends] == [1, 1, 1, 1]
    # A day of 0.58 cells has one, half of that none.
    assert len(covered(date(2024, 6, 5), date(2024, 6, 5), block, 70)) == 1
    assert len(covered(date(2024, 6, 5), date(2024, 6, 5), block, 35)) == 0


@pytest.mark.parametrize(
    ("step", "length", "shown"),
    [
        (7, 120, "abcdefgh"),  # 15 cells for each of eight weeks
        (7, 24, "aceg"),  # three cells: a label of three and a space have four
        (7, 12, "adg"),  # one and a half: three of them are enough
        (90, 24, "aceg"),
        (90, 10, "ae"),  # of quarters every fourth, not every third
    ],
)
def test_labels_that_have_no_room_are_left_out_evenly(step, length, shown):
    first = date(2024, 1, 1)
    marks = tuple((first + timedelta(days=step * n), letter * 3) for n, letter in enumerate("abcdefgh"))
    block = Timeline((Column("p"),), (), first, first + timedelta(days=step * 8 - 1), marks)
    assert "".join(label[:1] for _x, label in ticks(block, length)) == shown


def test_the_label_of_a_year_takes_the_place_of_the_one_after_it():
    # Six cells a month: "1月" has room in them, "2024年1月" has not, and February steps back.
    names = ["2024年1月", *(f"{month}月" for month in range(2, 13))]
    marks = tuple((date(2024, month, 1), name) for month, name in enumerate(names, 1))
    block = Timeline((Column("p"),), (), date(2024, 1, 1), date(2024, 12, 31), marks)
    assert [label for _x, label in ticks(block, 72)] == [names[0], "", *names[2:]]


@given(
    st.lists(st.tuples(st.integers(-5, 370), TEXT), max_size=12),
    st.integers(20, 150),
    st.integers(0, 2),
    st.none() | st.integers(0, 365),
)
def test_labels_cover_neither_marks_nor_each_other(points, length, gap, today):
    first = date(2024, 1, 1)
    block = timeline(first, 366, today=None if today is None else first + timedelta(days=today))
    row = TimelineRow(("p",), (), tuple(Point(first + timedelta(days=day), text) for day, text in points))
    placed = labels(row, block, length, gap)
    assert sorted(label.point.label for label in placed) == sorted(text for _day, text in points)
    marks = {label.mark for label in placed}
    taken: set[tuple[int, int]] = set()
    for label in placed:
        cells = {(label.lane, label.start + n) for n in range(width(label.point.label))}
        assert not cells & taken
        taken |= cells
        if label.lane == 0:
            assert not {x for _lane, x in cells} & marks
    assert all(
        label.outside == (-1 if label.point.day < first else 1 if label.point.day > block.end else 0)
        for label in placed
    )
