"""The pages that are printed, read back by other programs."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import typst

from projledger import load
from projledger.analysis.selection import Filter
from projledger.document import Column, Document, Paragraph, Table, Timeline, TimelineRow
from projledger.errors import FontMissingError, PdfUnavailableError
from projledger.render import Options, pdf
from projledger.reports import Query, wallchart
from sample_document import DOCUMENT, ENVELOPE, texts

ROOT = Path(__file__).parent.parent
UPRIGHT = replace(DOCUMENT, landscape=False)


def draw(document: Document, paper: str | None = None) -> bytes:
    return pdf.render(document, None, ENVELOPE, Options(language="zh", paper=paper))


def tool(name: str, page: bytes, folder: Path, *options: str) -> str:
    path = folder / "page.pdf"
    path.write_bytes(page)
    after = ["-"] if name == "pdftotext" else []
    done = subprocess.run([name, *options, str(path), *after], capture_output=True, check=True)
    return done.stdout.decode()


def squeezed(text: str) -> str:
    return re.sub(r"[\s\u200b]", "", text)


def facts(page: bytes, folder: Path) -> dict[str, str]:
    lines = tool("pdfinfo", page, folder).splitlines()
    return {name: value.strip() for name, _colon, value in (line.partition(":") for line in lines)}


def test_every_word_is_there(tmp_path: Path) -> None:
    for document in (DOCUMENT, UPRIGHT):
        said = squeezed(tool("pdftotext", draw(document), tmp_path, "-raw"))
        assert [text for text in texts(document) if squeezed(text) not in said] == []


def test_the_same_bytes_wherever_and_whenever(tmp_path: Path) -> None:
    pages = []
    for number, zone in enumerate(("Asia/Shanghai", "America/New_York")):
        folder = tmp_path / str(number)
        folder.mkdir()
        environment = {
            **os.environ, "PYTHONPATH": str(ROOT / "src"), "TZ": zone, "PYTHONHASHSEED": str(number),
            "SOURCE_DATE_EPOCH": str(number * 10**9), "LC_ALL": "C",
        }  # fmt: skip
        command = [sys.executable, "-m", "projledger", "wallchart", "-w", str(ROOT / "ledgers"), "-f", "pdf"]
        subprocess.run([*command, "-o", "out.pdf"], cwd=folder, env=environment, check=True)
        pages.append((folder / "out.pdf").read_bytes())
    assert pages[0] == pages[1]
    assert not {"CreationDate", "ModDate"} & facts(pages[0], tmp_path).keys()
    assert not any(str(place).encode() in pages[0] for place in (ROOT, tmp_path, Path.home()))
    fonts = tool("pdffonts", pages[0], tmp_path).splitlines()[2:]
    assert fonts
    assert all(re.search(r" yes yes yes ", line) for line in fonts)  # embedded, only what is used, and searchable


def test_without_a_chinese_font_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(pdf, "_installed", lambda _typst: typst.Fonts(include_system_fonts=False))
    with pytest.raises(FontMissingError, match="apt-get install fonts-noto-cjk"):
        draw(DOCUMENT)
    english = Document("Key projects", (Paragraph("Nothing is late."),))
    assert "Nothing is late." in tool("pdftotext", draw(english), tmp_path)


def test_without_its_library_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(PdfUnavailableError, match=r"pip install 'projledger\[pdf\]'"):
        draw(DOCUMENT)


def test_a_page_that_should_be_one_is_one(tmp_path: Path) -> None:
    assert int(facts(draw(UPRIGHT), tmp_path)["Pages"]) > 1
    one = draw(replace(UPRIGHT, one_page=True), "A3")
    # 210 by 297 millimetres are 595.28 by 841.89 points; A3 is not for it.
    assert (facts(one, tmp_path)["Pages"], facts(one, tmp_path)["Page size"]) == ("1", "595.276 x 841.89 pts (A4)")
    assert "签发" in tool("pdftotext", one, tmp_path)


def test_a_last_sheet_with_next_to_nothing_is_spared(tmp_path: Path) -> None:
    def drawn(lines: int) -> tuple[int, float]:
        """The sheets of so many lines, and the height of their letters in points."""
        document = Document("月调度", tuple(Paragraph(f"第{n}项") for n in range(lines)), footer=("数据版本 0000000",))
        page = draw(document)
        word = re.search(
            r'yMin="([0-9.]+)" xMax="[0-9.]+" yMax="([0-9.]+)">第0项', tool("pdftotext", page, tmp_path, "-bbox")
        )
        assert word is not None
        return int(facts(page, tmp_path)["Pages"]), float(word[2]) - float(word[1])

    found = {lines: drawn(lines) for lines in range(42, 52)}
    full = drawn(20)[1]
    sheets = [number for number, _height in found.values()]
    # One sheet up to a number of lines, two from there on; the last of those on one stand in smaller letters.
    assert sheets == sorted(sheets)
    assert set(sheets) == {1, 2}
    most = sheets.count(1) + 41
    assert 0.91 * full < found[most][1] < full
    # With one line more smaller letters would not help: they stay as large as they are.
    assert found[most + 1][1] == full


def test_a_long_table_repeats_its_head_and_loses_no_row(tmp_path: Path) -> None:
    rows = tuple((f"第{n}项", "很长的说明" * 12, "x" * 80) for n in range(150))
    columns = (Column("事项", wrap=True), Column("说明", wrap=True), Column("链接", wrap=True))
    page = draw(Document("长表", (Table(columns, (("甲组",), *rows)),)))
    count = int(facts(page, tmp_path)["Pages"])
    assert count > 3
    for number in range(1, count):
        said = squeezed(tool("pdftotext", page, tmp_path, "-f", str(number), "-l", str(number)))
        assert all(head in said for head in ("事项", "说明", "链接"))
    whole = squeezed(tool("pdftotext", page, tmp_path, "-raw"))
    assert [n for n in range(150) if f"第{n}项" not in whole] == []
    assert whole.count("很长的说明") == 150 * 12
    assert whole.count("x") == 150 * 80


def test_a_row_higher_than_a_sheet_goes_on_on_the_next(tmp_path: Path) -> None:
    columns = (Column("事项", wrap=True), Column("说明", wrap=True))
    table = Document("长表", (Table(columns, (("很长的说明" * 1200, "尾"), ("后", "y"))),))
    note = TimelineRow(("甲",), note="很长的说明" * 3000)
    wall = Document("挂图", (Timeline((Column("项目"),), (note,), date(2024, 1, 1), date(2024, 12, 31), ()),))
    # What runs over the end of a sheet is not among the words of its page.
    assert tool("pdftotext", draw(table), tmp_path).count("很") == 1200
    assert tool("pdftotext", draw(wall), tmp_path).count("很") == 3000


def test_a_wall_of_three_hundred_projects(tmp_path: Path) -> None:
    loaded = load.load(load.read_folder(ROOT / "ledgers"))
    day = loaded.workspace.settings.as_of
    assert day is not None
    document = wallchart.document(wallchart.compute(Query(loaded.workspace, day, Filter(), {})))
    timeline = document.blocks[-1]
    assert isinstance(timeline, Timeline)
    wall = replace(document, blocks=(replace(timeline, rows=(timeline.rows * 22)[:300]),))
    page = draw(wall, "A3")
    assert len(page) < 1_000_000
    found = facts(page, tmp_path)
    assert found["Page size"] == "1190.55 x 841.89 pts (A3)"
    for number in range(1, int(found["Pages"])):  # the last page may hold the footer alone
        said = tool("pdftotext", page, tmp_path, "-f", str(number), "-l", str(number))
        assert "Leader / owner" in said


def test_a_wall_without_projects_says_so_and_draws_nothing(tmp_path: Path) -> None:
    timeline = Timeline((Column("项目"),), (), date(2024, 1, 1), date(2024, 12, 31), (), legend="灯", empty="没有项目")
    said = squeezed(tool("pdftotext", draw(Document("挂图", (timeline,))), tmp_path))
    assert said.startswith("挂图没有项目")
    assert "灯" not in said


@pytest.mark.parametrize(
    ("room", "natural", "least", "firm", "expected"),
    [
        # √1 + √16 + √64 = 13: the first asks for its share of 13 and no more; of the 12 left, √16 : √64 = 1 : 2.
        (13, (1, 16, 64), (0, 0, 0), [], [1, 4, 8]),
        # The number of 10 is set on one line; of the 12 left √16 : √64 = 1 : 2 again.
        (22, (10, 16, 64), (0, 0, 0), [0], [10, 4, 8]),
        # A number that takes more than 85 of 100 of the page wraps like the others: √16 : √64.
        (15, (16, 64), (0, 0), [0], [5, 10]),
        # A word of 6 keeps its 6, and the rest goes to the other.
        (12, (16, 64), (6, 2), [], [6, 6]),
        # More words than room: each has its longest, and the page makes them all smaller.
        (10, (16, 64), (6, 8), [], [6, 8]),
    ],
)
def test_columns_share_the_width(
    room: float, natural: tuple[float, ...], least: tuple[float, ...], firm: list[int], expected: list[float]
) -> None:
    assert pdf._widths(natural, least, room, firm) == expected
