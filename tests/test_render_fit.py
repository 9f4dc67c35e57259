"""Which version of a one-page document HTML takes, worked by hand in letter heights."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from projledger.document import Bar, Bars, Column, Document, Paragraph, Table, Version
from projledger.render import Envelope, Options, html
from projledger.render.fit import fitting


def of(count: int) -> Version:
    return Version((Paragraph("One line"),) * count, (Paragraph(f"Annex of {count}"),))


@pytest.mark.parametrize(
    ("full", "shorter", "taken", "size"),
    [
        # The title takes 1.95 + 1.5, the footer 1.5 + 0.9 · 1.36, each paragraph 0.3 + 1.36:
        # of 91 letter heights there are 84.83 left for 51 paragraphs.
        (51, (), 51, 1.0),
        (52, (51,), 51, 1.0),
        (80, (60, 52, 10), 10, 1.0),
        # Nothing fits: at 0.88 a sheet has 103.41 letter heights, 58 paragraphs; at 0.76 119.74 and 68.
        (80, (58,), 58, 0.88),
        (80, (68,), 68, 0.76),
        (80, (59,), 59, 0.76),
    ],
)
def test_the_fullest_version_that_fits(full: int, shorter: tuple[int, ...], taken: int, size: float) -> None:
    document = Document("Page", of(full).blocks, footer=("x",), one_page=True, annex=of(full).annex)
    document = replace(document, shorter=tuple(map(of, shorter)))
    version, letters = fitting(document)
    assert (len(version.blocks), letters) == (taken, size)
    page = html.render(document, None, Envelope("x", "x", date(2024, 6, 11)), Options())
    assert page.count("One line") == taken
    assert f'<section class="annex">\n<p>Annex of {taken}</p>' in page
    assert f"html{{font-size:{8.5 * size:g}pt}}" in page


def test_tables_count_the_lines_that_their_columns_leave_them() -> None:
    # 63 letter heights, shared by two columns alike; a Chinese character takes 1.01, so 30 stand on a line of 30.5.
    def rows(length: int, count: int) -> tuple[Table]:
        return (Table((Column("甲", wrap=True), Column("乙", wrap=True)), (("字" * length, "字" * length),) * count),)

    # Three lines of 1.36 and 0.4 around them: 4.48 for each of 18 rows, with head, title and footer 89.2; not of 19.
    for count, expected in ((18, 18), (19, 1)):
        document = Document("Page", rows(90, count), footer=("x",), one_page=True, shorter=(Version(rows(1, 1)),))
        (table,) = fitting(document)[0].blocks
        assert isinstance(table, Table)
        assert len(table.rows) == expected


def test_what_is_drawn_does_not_count_as_fitting() -> None:
    bars = Bars((Bar("x", None),))
    document = Document("Page", (bars,), one_page=True, shorter=(Version((Paragraph("said"),)),))
    assert fitting(document)[0].blocks == (Paragraph("said"),)
