"""The two formats for screens: every word in full, in columns, within the width."""

import re
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from wcwidth import wcswidth

from projledger.cli.app import main
from projledger.document import Column, Document, Paragraph, Run, Section, Table
from projledger.render import RENDERERS, Options
from sample_document import DOCUMENT, ENVELOPE, FIGURES, texts

FORMATS = {renderer.name: renderer for renderer in RENDERERS}


def draw(name: str, document: Document = DOCUMENT, **options) -> str:
    output = FORMATS[name].load().render(document, None, ENVELOPE, Options(**options))
    assert isinstance(output, str)
    return output


WORDS = {word for text in texts(DOCUMENT) for word in re.findall(r"\w+", text)}


def test_text_holds_every_word_of_the_document():
    seen = draw("text")
    assert len(WORDS) > 100
    assert [word for word in WORDS if word not in seen] == []
    assert "…" not in seen


@pytest.mark.parametrize("color", [False, True])
@pytest.mark.parametrize("width", [20, 40, 80, 120, 200])
def test_no_terminal_line_is_wider_than_the_window_and_nothing_is_cut(width, color):
    seen = re.sub(r"\x1b\[[0-9;]*m", "", draw("terminal", width=width, color=color))
    assert [line for line in seen.splitlines() if wcswidth(line) > width] == []
    assert "…" not in seen
    run_together = re.sub(r"\s", "", seen)
    for letter in set("".join(WORDS)):
        assert letter in run_together


def test_a_table_that_fits_stands_in_columns():
    assert draw("text", Document("t", (FIGURES,))).splitlines()[3:] == [
        "指标             完成   比率",
        "----------  ---------  -----",
        "制造业投资  16.23亿元  54.1%",
        "税收                —  -3.2%",
    ]


def test_a_table_that_does_not_fit_becomes_records():
    table = Table((Column("no.", "right"), Column("project"), Column("owner")), (("1", "a" * 30, "b" * 30),))
    assert draw("terminal", Document("t", (table,)), width=40).splitlines()[3:] == [
        "no.  project",
        "────────────",
        "1  aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "  owner  bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
    ]


def test_a_long_table_is_counted_on_a_terminal_and_whole_in_text():
    document = Document("t", (Table((Column("n"),), tuple((str(n),) for n in range(1203))),))
    assert "203 more rows: -f text shows all" in draw("terminal", document)
    assert draw("text", document).splitlines()[-1] == "1202"


def test_prose_is_wrapped_only_where_a_width_is_given():
    text = "应6月10日办结，逾期1天。" * 8
    document = Document("t", (Paragraph(text),))
    assert text in draw("text", document)
    lines = draw("text", document, width=30).splitlines()[3:]
    assert "".join(lines) == text
    assert all(not line.startswith(("，", "。", "日")) for line in lines)


@pytest.mark.parametrize("width", [20, 40, 80, 120])
def test_text_keeps_within_a_width_that_is_asked_for_tables_too(width):
    seen = draw("text", width=width)
    assert [line for line in seen.splitlines() if wcswidth(line) > width] == []
    # Nothing is cut, and nothing added: what stands in the columns of a page without end stands in the narrow one.
    table = Table(
        (Column("Project", wrap=True), Column("Why", wrap=True)), (("新步鞋业二期", "变电间隔设备厂家延迟交货" * 3),)
    )
    narrow = draw("text", Document("t", (table,)), width=width)
    assert "变电间隔设备厂家延迟交货" * 3 in "".join("".join(line.split()) for line in narrow.splitlines()[3:])
    assert "…" not in narrow


def test_a_terminal_without_the_characters_gets_ascii_drawings():
    drawing = Document("t", (Section("s", (DOCUMENT.blocks[1].blocks[1],)),))
    assert "▆" in draw("terminal", drawing)
    assert "▆" not in draw("terminal", drawing, encoding="ascii")
    assert "####" in draw("terminal", drawing, encoding="no-such-encoding")


def test_colour_only_where_wanted():
    assert "\x1b" not in draw("terminal")
    assert "\x1b[38;5;160m●红\x1b[0m" in draw("terminal", color=True)


def test_an_empty_document_is_its_title():
    assert draw("text", Document("Nothing yet", ())) == "Nothing yet\n===========\n"


def test_a_timeline_of_one_day():
    timeline = replace(DOCUMENT.blocks[3].blocks[0], start=date(2024, 6, 11), end=date(2024, 6, 11))
    assert "签1月20日" in draw("text", Document("t", (timeline,)))


def test_csv_says_which_table_of_several_it_holds(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ledgers = str(Path(__file__).parent.parent / "ledgers")
    assert main(["show", "P002", "-f", "csv", "-w", ledgers]) == 0
    assert capsys.readouterr().err == ""  # nobody looks on: cron would send a letter for it
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert main(["show", "P002", "-f", "csv", "-w", ledgers]) == 0
    assert "csv holds one table of this report: “Tasks”" in capsys.readouterr().err
    assert main(["tasks", "-f", "csv", "-w", ledgers]) == 0
    assert capsys.readouterr().err == ""


def test_parts_are_equal_and_readable_by_their_fields():
    run = Run("red", "red")
    assert run == Run("red", "red")
    assert run != Run("red")
    assert run != Paragraph("red")
    assert len({run, Run("red", "red"), Run("red")}) == 2
    assert repr(run) == "Run(text='red', tone='red')"
    with pytest.raises(AttributeError):
        run.texts = "green"
