"""Text of ledgers that would do harm, in every field of every block, in every format: none of it passes."""

import csv
import io
import json
import re
import subprocess
from dataclasses import fields, is_dataclass, replace
from html.parser import HTMLParser

import pytest
from markdown_it import MarkdownIt
from wcwidth import wcswidth

from projledger.render import RENDERERS, Options, pdf
from projledger.render.cells import width
from projledger.render.safe import printable
from sample_document import DOCUMENT, ENVELOPE, SIGNS, TONES, texts

FORMATS = {renderer.name: renderer for renderer in RENDERERS if not renderer.binary}

HOSTILE = [
    "\x1b[31mred\x1b]0;title\x07",
    "\x9b31m\x85\x7f\x00",
    "\u202egnp.exe\u2066\u200f\u061c",
    "\u2028a\u2029\x0b\x0c",
    "\ud800\ufffe\U000e0041",
    "<script>alert(1)</script>",
    "</style></title><img src=x onerror=alert(1)>",
    "\"' onmouseover=alert(1) x='",
    "&lt;b&gt; &#60;",
    "[x](javascript:alert(1)) ![x](http://e.org/x.png) <http://e.org>",
    "=cmd|' /C calc'!A0",
    "＝1+1",
    " +1",
    "-2+3",
    "@SUM(1)",
    "[red]x[/red] {0} {name} %s",
    "a\r\nSet-Cookie: x\n\n# y\n\n---",
    "::error file=a,line=1::b",
    "##[error]b ##vso[task.complete]",
    "x\t::warning::y",
    "a|b\\|c\\",
    "`x` ``y`` *z* _w_ ~~v~~ $u$",
    "1. a",
    "- a",
    "===",
    "---",
    "# a",
    "    a",
    "~~~",
    "```",
    "|---|",
    "[^1]: a",
    '"; "',
]

FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\U000e0000-\U000e007f]"
)


def poisoned(value, text):
    """`value` with every text in it replaced by `text`."""
    if is_dataclass(value):
        return replace(
            value, **{f.name: poisoned(getattr(value, f.name), text) for f in fields(value) if f.name not in SIGNS}
        )
    if isinstance(value, tuple):
        return tuple(poisoned(item, text) for item in value)
    if isinstance(value, str) and value and value not in TONES:
        return text
    return value


def draw(name: str, text: str, **options) -> str:
    document = poisoned(DOCUMENT, text)
    output = FORMATS[name].load().render(document, document, ENVELOPE, Options(**options))
    assert isinstance(output, str)
    return output


def harmless(text: str) -> str:
    """A text that nobody can take for anything else, as wide as `text` is when made safe."""
    return "x" * max(1, width(printable(text)))


def test_every_text_is_poisoned():
    assert set(texts(poisoned(DOCUMENT, "poison"))) == {"poison"}
    assert len(list(texts(DOCUMENT))) > 100


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("name", FORMATS)
def test_no_control_and_no_order_to_a_log_passes(name, text):
    for options in ({}, {"width": 80}, {"width": 33, "language": "zh"}):
        output = draw(name, text, **options).removeprefix("\ufeff" if name == "csv" else "")
        assert FORBIDDEN.findall(output) == []
        output.encode()
        if name != "csv":
            assert "\r" not in output
        assert [line for line in output.splitlines() if line.lstrip(" │┃").startswith(("::", "##[", "##vso["))] == []


@pytest.mark.parametrize("text", HOSTILE)
def test_no_control_and_no_link_is_printed(text, tmp_path):
    page = tmp_path / "page.pdf"
    page.write_bytes(pdf.render(poisoned(DOCUMENT, text), None, ENVELOPE, Options()))
    said = subprocess.run(["pdftotext", str(page), "-"], capture_output=True, check=True).stdout.decode()
    assert FORBIDDEN.findall(said.replace("\f", "")) == []
    links = subprocess.run(["pdfinfo", "-url", str(page)], capture_output=True, check=True).stdout.decode()
    assert len(links.splitlines()) <= 1  # its heading


@pytest.mark.parametrize("text", HOSTILE)
def test_text_keeps_its_columns(text):
    lines, expected = draw("text", text).splitlines(), draw("text", harmless(text)).splitlines()
    slack = 1 + len(printable(text)) - len(printable(text).rstrip())  # spaces at the end of a line are not written
    assert len(lines) == len(expected)
    pairs = zip(lines, expected, strict=True)
    assert [(line, twin) for line, twin in pairs if not -slack < wcswidth(line) - wcswidth(twin) <= 0] == []


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("cells", [20, 80, 120, 200])
def test_the_terminal_keeps_its_width(cells, text):
    assert [line for line in draw("terminal", text, width=cells).splitlines() if wcswidth(line) > cells] == []


@pytest.mark.parametrize("text", HOSTILE)
def test_the_terminal_gets_no_escape_but_ours(text):
    assert re.sub(r"\x1b\[(0|1|1;4|2|38;5;\d+)m", "", draw("terminal", text, color=True)).count("\x1b") == 0


@pytest.mark.parametrize("text", HOSTILE)
def test_markdown_keeps_its_structure(text):
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])

    def structure(markdown: str) -> list[str]:
        tokens = [token for block in parser.parse(markdown) for token in (block, *(block.children or ()))]
        assert {token.content for token in tokens if token.type == "html_inline"} <= {"<br>"}
        return [token.type for token in tokens if token.type not in {"text", "text_special"}]

    assert structure(draw("markdown", text)) == structure(draw("markdown", harmless(text)))


@pytest.mark.parametrize("text", HOSTILE)
def test_a_reader_of_markdown_sees_the_words(text):
    html = MarkdownIt("commonmark").enable("table").render(draw("markdown", text))
    title = re.search(r"<h1>(.*)</h1>", html)
    assert title is not None
    seen = title[1].replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&")
    assert seen == printable(text).strip()


class Tags(HTMLParser):
    """The elements of a page with their attributes, and a complaint about any that is not closed."""

    VOID = frozenset({"meta", "br"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[object] = []
        self.open: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, [(k, v) for k, v in attrs if k not in {"aria-label", "content"}]))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        self.open.pop()

    def handle_endtag(self, tag):
        assert self.open.pop() == tag
        self.found.append(tag)

    @classmethod
    def of(cls, page: str) -> list[object]:
        parser = cls()
        parser.feed(page)
        parser.close()
        assert parser.open == []
        return parser.found


@pytest.mark.parametrize("text", HOSTILE)
def test_html_keeps_its_structure(text):
    assert Tags.of(draw("html", text)) == Tags.of(draw("html", harmless(text)))


@pytest.mark.parametrize("text", HOSTILE)
def test_csv_keeps_its_cells_and_holds_no_formula(text):
    def cells(output: str) -> list[list[str]]:
        return list(csv.reader(io.StringIO(output.removeprefix("\ufeff"), newline=""), strict=True))

    found = cells(draw("csv", text))
    assert [len(row) for row in found] == [len(row) for row in cells(draw("csv", harmless(text)))]
    formulas = [cell for row in found for cell in row if cell.strip().startswith(tuple("=+-@＝＋－＠\t\r"))]
    assert formulas == []


@pytest.mark.parametrize("text", HOSTILE)
def test_json_keeps_every_character(text):
    assert json.loads(draw("json", text))["data"]["title"] == text
