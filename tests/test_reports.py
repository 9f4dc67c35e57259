"""Every report in every format: over the examples, over an empty place, and over ledgers that mean harm."""

from __future__ import annotations

import csv
import html
import io
import json
import re
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml

from projledger import i18n
from projledger.cli.app import main
from projledger.render import RENDERERS
from projledger.reports import REPORTS

pytestmark = pytest.mark.usefixtures("reports_are_computed_once")

ROOT = Path(__file__).parent.parent
COUNTY = ROOT / "ledgers"
ARGUMENTS: dict[str, tuple[tuple[str, ...], ...]] = {
    "show": (("P001",), ("P001/T5",), ("P001/Q1",), ("P001/signed",), ("P001/land",)),
    "why": (("P001",), ("P001/T5",), ("P002/Q1",), ("P009",), ("all/investment/2024",)),
    "chain": ((), ("footwear",), ("footwear", "--annex")),
    "wallchart": ((), ("P001",), ("--table",)),
    "schedule": ((), ("P001",)),
    "list": tuple((kind,) for kind in ("services", "factors", "funding", "meetings", "assets", "awards")),
    "report": tuple((kind,) for kind in ("day", "week", "month", "quarter", "half", "year")),
    "escalate": ((), ("--draft", "P008/T5")),
    "history": (("P001/T5",),),
    "lagging": ((), ("--by", "owner")),
}
"""What a report is asked for, where it is not asked without arguments."""
HISTORY = {"diff", "history", "slips"}
"""Reports of what git knows; `test_history` tries them in repositories of their own."""

HOSTILE = (
    "\x1b[31mred\x1b[0m",
    "<script>alert(1)</script>",
    "javascript:alert(1)",
    "=cmd|' /C calc'!A0",
    "[red]bold[/red]",
    "::error file=x::y",
    "a\r\nSet-Cookie: b",
    "\u202etxt.exe",
    "#show: x => x",
    "| a | b |",
)


def calls() -> list[tuple[str, ...]]:
    return [
        (spec.name, *arguments)
        for spec in REPORTS
        if spec.name not in HISTORY
        for arguments in ARGUMENTS.get(spec.name, ((),))
    ]


def test_every_report_is_tried() -> None:
    """A report with a required argument must have its arguments above."""
    for spec in REPORTS:
        if any(option.required for option in spec.options) and spec.name not in HISTORY:
            assert spec.name in ARGUMENTS, f"say in ARGUMENTS what {spec.name} is asked for"


def text_formats() -> list[str]:
    return [renderer.name for renderer in RENDERERS if not renderer.binary]


@pytest.mark.parametrize("call", calls(), ids=" ".join)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_format(call: tuple[str, ...], language: str, capsys: pytest.CaptureFixture[str]) -> None:
    for name in text_formats():
        code = main([*call, "--workspace", str(COUNTY), "--lang", language, "--format", name])
        out, err = capsys.readouterr()
        assert (code, err) == (0, "") or (name == "csv" and code == 2), f"{name}: {err}"
        if code:
            assert "csv" in err  # a report without a table says so
            continue
        assert out.strip(), name
        if name == "json":
            envelope = json.loads(out)
            assert envelope["schema_version"] == 1
            assert envelope["command"] == call[0]
            assert (envelope["as_of"], envelope["left_out"]) == ("2024-06-11", [])
        if name == "csv":
            rows = list(csv.reader(io.StringIO(out.removeprefix("\ufeff"))))
            assert len({len(row) for row in rows}) == 1
        if name in ("text", "terminal"):
            assert not any(line.endswith("…") for line in out.splitlines())  # nothing is cut short


@pytest.mark.parametrize("call", calls(), ids=" ".join)
def test_an_empty_place_says_so(call: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "projledger.yaml").write_text("name: 空县\nas_of: 2024-06-11\n", encoding="utf-8")
    for name in text_formats():
        code = main([*call, "--workspace", str(tmp_path), "--format", name])
        out, err = capsys.readouterr()
        if code == 0:
            assert out.strip(), name
        else:  # a reference that names nothing, or a format that has nothing to show
            assert code == 2
            assert err.startswith("projledger: ")
            assert err.count("\n") == 1


def hostile_workspace(folder: Path, text: str) -> Path:
    """The county with `text` added to every free text and name of every ledger."""
    keys = {
        "name", "text", "note", "next", "evidence", "reason", "result", "comments", "image", "source", "post",
        "contact", "status_reason", "document", "leading_firm", "status",
    }  # fmt: skip

    def spoil(value: object, key: str = "") -> object:
        if isinstance(value, dict):
            return {k: spoil(v, k) for k, v in value.items()}
        if isinstance(value, list):
            return [spoil(v, key) for v in value]
        closed = {"active", "suspended", "cleared"}
        spoiled = isinstance(value, str) and key in keys and value not in closed
        return f"{value}{text}" if spoiled else value

    for path in sorted(COUNTY.rglob("*.yaml")):
        target = folder / path.relative_to(COUNTY)
        target.parent.mkdir(parents=True, exist_ok=True)
        tree = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
        kept = spoil(tree)
        if isinstance(kept, dict) and isinstance(tree, dict) and "funding" in tree:
            kept["funding"] = tree["funding"]  # its `source` is a choice, not a text
        target.write_text(yaml.safe_dump(kept, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def harmful(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The county with all hostile texts at once that a ledger may hold; one with the others is refused."""
    return hostile_workspace(
        tmp_path_factory.mktemp("harmful"), "".join(text for text in HOSTILE if text.isprintable())
    )


def printed(path: Path) -> str:
    """The words of a PDF as another program reads them, without the spaces that only lay them out."""
    done = subprocess.run(["pdftotext", "-raw", str(path), "-"], capture_output=True, check=True)
    return re.sub(r"\s|\u200b", "", done.stdout.decode())


@pytest.mark.parametrize("call", calls(), ids=" ".join)
def test_every_report_on_paper(
    call: tuple[str, ...], harmful: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Over ledgers whose every text means harm: it is printed as it stands, and nothing in the file does anything."""
    paper = tmp_path / "report.pdf"
    command = [*call, "--workspace", str(harmful), "--lang", "zh", "--format"]
    assert main([*command, "pdf", "--output", str(paper)]) == 0
    assert main([*command, "html"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    title = re.search(r"<h1>(.*?)</h1>", out, re.DOTALL)
    assert title
    said = printed(paper)
    assert re.sub(r"\s", "", html.unescape(title[1])) in said
    for words in ("<script>alert(1)</script>", "[red]bold[/red]", "#show:x=>x", "=cmd|'/Ccalc'!A0", "|a|b|"):
        assert words in said
    assert b"x" not in subprocess.run(["pdfinfo", "-js", str(paper)], capture_output=True, check=True).stdout
    urls = subprocess.run(["pdfinfo", "-url", str(paper)], capture_output=True, check=True).stdout.decode()
    assert len(urls.splitlines()) <= 1  # its heading


def readable(text: str) -> bool:
    """Whether a ledger with this text can be read: one with control characters is refused."""
    return not re.search(r"[\x00-\x08\x1b\u202e]", text)


class Tags(HTMLParser):
    """Collects the elements, attributes and links of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        self.links: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes |= {name for name, _value in attrs}
        self.links |= {value or "" for name, value in attrs if name in ("href", "src", "action")}


@pytest.mark.parametrize("number", range(len(HOSTILE)), ids=[ascii(text) for text in HOSTILE])
def test_text_of_ledgers_is_never_obeyed(number: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = HOSTILE[number]
    place = hostile_workspace(tmp_path, text)
    for call in calls():
        for name in text_formats():
            code = main([*call, "--workspace", str(place), "--format", name, "--color", "never"])
            out, err = capsys.readouterr()
            # A control character makes the ledger unreadable: the report stands without it, and says so.
            assert code in ((0, 2) if readable(text) else (2, 3)), (call, name, err)
            assert "Traceback" not in err
            for stream in (out, err):
                assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", stream)
            if name == "html" and code in (0, 3):
                page = Tags()
                page.feed(out)
                assert "script" not in page.names
                assert not any(attribute.startswith("on") for attribute in page.attributes)
                assert not any(link.strip().lower().startswith("javascript:") for link in page.links)
            if name == "csv" and code in (0, 3):
                for row in csv.reader(io.StringIO(out.removeprefix("\ufeff"))):
                    for cell in row:
                        assert not cell.startswith(("=", "@", "\t", "\r"))
                        assert not re.match(r"[+-](?![0-9.])", cell)
            if name not in ("json", "csv"):
                assert not re.search(r"(?m)^::", out)


def test_a_report_without_everything_names_what_was_left_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = hostile_workspace(tmp_path, "")
    broken = place / "projects" / "broken.yaml"
    broken.write_text("id: P999\nname: [\n", encoding="utf-8")
    assert main(["status", "--workspace", str(place)]) == 3
    out, err = capsys.readouterr()
    assert "projects/broken.yaml" in out
    assert "projects/broken.yaml:2" in err
    assert "新步鞋业二期" in out
    assert main(["status", "--workspace", str(place), "--format", "json"]) == 3
    envelope = json.loads(capsys.readouterr().out)
    assert envelope["left_out"] == ["projects/broken.yaml"]
    assert envelope["data"]["projects"]["total"] == 14


def test_broken_settings_stop_a_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "projledger.yaml").write_text("nam: X\n", encoding="utf-8")
    assert main(["status", "--workspace", str(tmp_path)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "projledger.yaml:1:1: error[unknown-key]" in err


def test_words_change_with_the_language_and_figures_do_not(capsys: pytest.CaptureFixture[str]) -> None:
    found = {}
    for language in i18n.LANGUAGES:
        assert main(["targets", "--workspace", str(COUNTY), "--lang", language, "--format", "json"]) == 0
        found[language] = json.loads(capsys.readouterr().out)["data"]["targets"]
    figures = ("scope", "indicator", "period", "value", "done", "rate", "pace", "gap_points", "light", "cutoff")
    assert [[row[f] for f in figures] for row in found["en"]] == [[row[f] for f in figures] for row in found["zh"]]
