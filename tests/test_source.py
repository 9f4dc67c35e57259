"""Reading ledgers: every fault has a place, a reason and a remedy, and nothing ever raises."""

from __future__ import annotations

import io
import re
import textwrap
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from projledger import errors, i18n, source
from projledger.diagnostics import Diagnostic, Span
from projledger.source import Source, Tree, careful, check_name, convert, decode, quick, read
from projledger.source import text as texts

ROOT = Path(__file__).parents[1]
BAD = Path(__file__).parent / "bad" / "yaml"
FIXTURES = sorted(BAD.glob("*.yaml"))
GOOD = sorted([*ROOT.glob("examples/**/*.yaml"), *ROOT.glob("ledgers/**/*.yaml")])

BLOCKING = {rule.code for rule in source.RULES if rule.blocking}


@pytest.fixture(autouse=True)
def _english() -> None:
    i18n.use("en")


def parse(raw: bytes | str) -> tuple[Tree | None, list[Diagnostic]]:
    decoded, found = decode("a.yaml", raw.encode("utf-8", "surrogatepass") if isinstance(raw, str) else raw)
    if decoded is None:
        return None, found
    tree, more = read(decoded)
    return tree, [*found, *more]


def places(raw: bytes | str) -> list[tuple[int, int, str]]:
    return [(d.span.line, d.span.column, d.code) for d in parse(raw)[1]]


# --- the bad fixtures ------------------------------------------------------------------------------------------------


def expected(path: Path) -> list[tuple[int, int, str]]:
    """From `.expect` beside it (`LINE:COLUMN CODE`), or from comments in its lines (`# error: CODE COLUMN, …`)."""
    beside = path.with_suffix(".expect")
    if beside.exists():
        rows = [re.fullmatch(r"(\d+):(\d+) (\S+)", line) for line in beside.read_text().splitlines()]
        return [(int(row[1]), int(row[2]), row[3]) for row in rows if row]
    lines = path.read_bytes().decode().split("\n")
    return [
        (n, int(column), code)
        for n, line in enumerate(lines, 1)
        for note in re.findall(r"# error: (.*)", line)
        for code, column in re.findall(r"([\w-]+) (\d+)", note)
    ]


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_bad_fixture(path: Path) -> None:
    raw = path.read_bytes()
    tree, found = parse(raw)
    wanted = expected(path)
    assert wanted, "a fixture without an expected error"
    assert places(raw) == wanted
    assert (tree is None) == any(code in BLOCKING for _line, _column, code in wanted)
    lines = raw.decode().removeprefix("\ufeff").split("\n")
    for finding in found:
        assert finding.message
        assert finding.help
        assert not finding.help.endswith(".")
        assert finding.excerpt == texts.visible(lines[finding.span.line - 1])
        assert finding.span < Span(finding.span.end_line, finding.span.end_column, 0, 0)


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_bad_fixture_with_windows_line_breaks_and_bom(path: Path) -> None:
    raw = b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n")
    assert places(raw) == expected(path)


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_bad_fixture_in_chinese(path: Path) -> None:
    i18n.use("zh")
    try:
        found = parse(path.read_bytes())[1]
    finally:
        i18n.use("en")
    for finding in found:
        assert re.search(r"[一-鿿]", finding.message), finding.message
        assert re.search(r"[一-鿿]", finding.help), finding.help


def test_every_code_is_tried() -> None:
    """The codes without a fixture are tried below, on bytes that no editor would keep or nobody wants to see."""
    fixtures = {code for path in FIXTURES for _line, _column, code in expected(path)}
    elsewhere = {"encoding", "utf-16", "too-large", "bad-name", "too-many-keys", "too-many"}
    assert fixtures | elsewhere == {rule.code for rule in source.RULES}
    assert not fixtures & elsewhere


NOT_YAML = {"encoding", "utf-16", "too-large", "bad-name", "too-many-keys", "too-many", "invisible-character"}


@pytest.mark.parametrize("rule", source.RULES, ids=lambda rule: rule.code)
def test_documentation_of_rule(rule: Any) -> None:
    head, *rest = rule.doc.split("\n\n")
    assert head
    assert rest[0].startswith("Why: ")
    assert rest[-1].startswith("Remedy: ")
    example = rule.doc.split("Example:\n\n")[1].split("\n\nRemedy: ")[0]
    if rule.code not in NOT_YAML:
        lines = textwrap.dedent(example).replace("<tab>", "\t") + "\n"
        assert rule.code in [code for _line, _column, code in places(lines)]


# --- what is read ----------------------------------------------------------------------------------------------------


def test_nothing_is_guessed() -> None:
    """YAML 1.1 would make a bool, octal, sexagesimal, date, null, float and int of these."""
    text = "a: no\nb: 007\nc: 12:30\nd: 2024-02-30\ne: null\nf: ~\ng: 1e3\nh: 0x1F\ni: [on, .inf, =]\n1: 是\n"
    assert parse(text) == (
        {
            "a": "no",
            "b": "007",
            "c": "12:30",
            "d": "2024-02-30",
            "e": "null",
            "f": "~",
            "g": "1e3",
            "h": "0x1F",
            "i": ["on", ".inf", "="],
            "1": "是",
        },
        [],
    )


def test_empty_value_equals_absent_key() -> None:
    text = 'a:\nb: ""\nc: \'\'\nd: {e: , f}\ng: []\nh: " "\ni: &x\nj: |\n\nk: {l: {m: }}\n'
    assert parse(text) == ({"d": {}, "g": [], "h": " ", "k": {"l": {}}}, [])


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("---\nid: P001\n", {"id": "P001"}),
        ("--- {id: P001}\n...\n", {"id": "P001"}),
        ("\n# c\n---\n# c\n\nid: &anchor P001 # c\n", {"id": "P001"}),
        ("? id\n: P001\n", {"id": "P001"}),
        ('{"id":"P001","a":["b"]}', {"id": "P001", "a": ["b"]}),
        ("a: |\n  x #y\n  z\nb: >-\n  x\n  y\n", {"a": "x #y\nz\n", "b": "x y"}),
        ("a: 'it''s'\nb: \"\\u4e2d\\n\\t\\\\\"\n", {"a": "it's", "b": "中\n\t\\"}),
        ("a: x\r\nb:\r\n  - y\r\n", {"a": "x", "b": ["y"]}),
        ("a: x\rb: y\r", {"a": "x", "b": "y"}),
        (
            "a: 备注：甲\nb: 张　三\nc: 阿依努尔·买买提\nd: 👨‍👩‍👧\n",
            {"a": "备注：甲", "b": "张　三", "c": "阿依努尔·买买提", "d": "👨‍👩‍👧"},
        ),
        (
            "a:\n  说明：一段\n  文字\nb: C#\nc: a#b\nd: http://x\n",
            {"a": "说明：一段 文字", "b": "C#", "c": "a#b", "d": "http://x"},
        ),
        ('a: {"b:c": , http://x}\n', {"a": {}}),
        ("a: one\n  two\n\n  three\n", {"a": "one two\nthree"}),
        ("#note\n  #note\na: 甲：乙\nb: 甲：乙 # 丙：丁", {"a": "甲：乙", "b": "甲：乙"}),
        ("{}", {}),
        ("a: '%TAG x'\n", None),
    ],
)
def test_good_text(text: str, data: Tree | None) -> None:
    tree, found = parse(text)
    if data is not None:
        assert (tree, found) == (data, [])
        assert careful.inspect(Source("a.yaml", text)) == (data, [])
    else:
        assert tree == {"a": "%TAG x"}


def test_shipped_ledgers_are_read_alike_by_all() -> None:
    assert len(GOOD) > 100
    for path in GOOD:
        raw = path.read_bytes()
        decoded, found = decode(path.name, raw)
        assert decoded, path
        tree, more = read(decoded)
        assert not found + more, path
        assert careful.inspect(decoded) == (tree, []), path
        assert tree == without_blanks(independent(raw.decode())), path


def independent(text: str) -> Any:
    """What another library makes of it: ruamel.yaml in Python, YAML 1.2, every scalar a string."""
    return YAML(typ="base", pure=True).load(io.StringIO(text))


def without_blanks(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: without_blanks(value) for key, value in data.items() if value not in ("", None)}
    return [without_blanks(item) for item in data] if isinstance(data, list) else data


words = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), max_size=12)
trees = st.dictionaries(
    words,
    st.recursive(words, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4)),
    max_size=6,
)


def written(data: Any, flow: bool | None) -> str:
    """Ledgers as another library writes them; long lines, because it breaks keys where YAML does not allow it."""
    writer = YAML(typ="safe", pure=True)
    writer.default_flow_style, writer.allow_unicode, writer.width = flow, True, 10_000
    stream = io.StringIO()
    writer.dump(data, stream)
    return stream.getvalue()


def check_what_another_library_writes(data: Any, flow: bool | None) -> None:
    """It is read as it was meant, or refused for what stands in it; and every text stands where its place says."""
    text = written(data, flow)
    decoded = Source("a.yaml", text)
    tree, found = read(decoded)
    assert tree == careful.inspect(decoded)[0]
    if tree is None:
        # A word or a key may be what no ledger may hold; then there is a reason.
        quoted = {"unclosed-quote", "unclosed-bracket"} if re.search("[?]['\"#]", text) else set()
        assert {d.code for d in found} <= quoted | {
            "empty-key", "empty-item", "wide-space", "fullwidth-colon", "nfc-twins", "invisible-character",
            "merge-key", "missing-space", "line-separator", "needs-quotes", "alias", "tag",
        }, text  # fmt: skip
        return
    assert tree == without_blanks(data)
    for steps, value in walk(tree):
        piece = cut(text, decoded.span(steps))
        if isinstance(value, str) and value != piece:
            assert independent(f"- {piece}\n") == [value]


@settings(max_examples=50, deadline=None)
@example({"?'": "0"}, None)  # the same, and the quote hides the bracket that closes
@example({"": ["?#"]}, None)  # and here a comment that begins does
@example({"": "?'"}, None)  # libyaml takes the question mark for a sign of its own, and then sees a quote that opens
@given(trees, st.sampled_from([None, True, False]))
def test_what_another_library_writes(data: Any, flow: bool | None) -> None:
    check_what_another_library_writes(data, flow)


@pytest.mark.fuzz
@settings(max_examples=20 * 50, deadline=None)
@given(trees, st.sampled_from([None, True, False]))
def test_what_another_library_writes_for_long(data: Any, flow: bool | None) -> None:
    check_what_another_library_writes(data, flow)


# --- places ----------------------------------------------------------------------------------------------------------

PLACED = """\
# 重点项目
id: P001
name: "河畔鞋业"   # a comment
blank:
tasks:
  - id: T1
    after: [T0, 'T9']
    note: |
      one
      two

    # a comment that belongs to nothing
  - {id: T2, name: &a 用地预审}
stages: &s
  signed: {plan: 2024-05-01,
    actual: x}

# the end
"""


@pytest.mark.parametrize(
    ("path", "on", "span"),
    [
        ((), "value", (2, 1, 16, 15)),
        ((), "key", (2, 1, 2, 9)),
        ((), "mapping", (2, 1, 2, 9)),
        (("id",), "value", (2, 5, 2, 9)),
        (("id",), "key", (2, 1, 2, 3)),
        (("id",), "mapping", (2, 1, 2, 9)),
        (("name",), "value", (3, 7, 3, 13)),
        (("blank",), "value", (4, 1, 4, 6)),
        (("blank",), "key", (4, 1, 4, 6)),
        (("tasks",), "value", (6, 3, 13, 28)),
        (("tasks",), "mapping", (2, 1, 2, 9)),
        (("tasks",), "key", (5, 1, 5, 6)),
        (("tasks", 0), "value", (6, 5, 10, 10)),
        (("tasks", 0), "key", (6, 5, 6, 11)),
        (("tasks", 0), "mapping", (6, 5, 6, 11)),
        (("tasks", 0, "owner"), "mapping", (6, 5, 6, 11)),
        (("tasks", 0, "owner"), "value", (6, 5, 6, 11)),
        (("tasks", 0, "after", 1), "value", (7, 17, 7, 21)),
        (("tasks", 0, "after", 1), "mapping", (6, 5, 6, 11)),
        (("tasks", 0, "after", 2), "value", (7, 12, 7, 22)),
        (("tasks", 0, "note"), "value", (8, 11, 10, 10)),
        (("tasks", 1), "value", (13, 5, 13, 28)),
        (("tasks", 1, "name"), "value", (13, 23, 13, 27)),
        (("tasks", 1, "name"), "mapping", (13, 5, 13, 28)),
        (("tasks", 2, "id"), "key", (6, 3, 6, 11)),
        (("tasks", "x", 0), "value", (6, 3, 6, 11)),
        (("stages",), "value", (15, 3, 16, 15)),
        (("stages",), "mapping", (15, 3, 15, 29)),
        (("stages", "signed"), "mapping", (15, 11, 15, 29)),
        (("id", "x"), "value", (2, 5, 2, 9)),
    ],
)  # fmt: skip
def test_span(path: tuple[str | int, ...], on: Any, span: tuple[int, int, int, int]) -> None:
    for text in (PLACED, PLACED.replace("\n", "\r\n"), PLACED.replace("\n", "\r")):
        assert Source("a.yaml", text).span(path, on) == Span(*span)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("", (1, 1, 1, 2)),
        ("\n\n", (3, 1, 3, 2)),
        ("# c\n", (1, 1, 1, 4)),
        ("a: [\n", (1, 1, 1, 5)),
        ("\n  a: b: c\n", (2, 3, 2, 10)),
        ("a: *b\n", (1, 4, 1, 6)),
        ("%TAG ! x\n---\na: b\n", (1, 1, 1, 9)),
        ("? [a]\n: b\n", (1, 1, 1, 6)),
        ("a: " + "[" * 40, (1, 1, 1, 44)),
        ("a\ud800: \x00", (1, 1, 1, 6)),
    ],
)
def test_span_of_an_unreadable_text(text: str, span: tuple[int, int, int, int]) -> None:
    for on in ("value", "key", "mapping"):
        assert Source("a.yaml", text).span(("a", 0), on) == Span(*span)


def cut(text: str, span: Span) -> str:
    lines = text.split("\n")[span.line - 1 : span.end_line]
    lines[-1] = lines[-1][: span.end_column - 1]
    return "\n".join([lines[0][span.column - 1 :], *lines[1:]])


def walk(data: Tree, path: tuple[str | int, ...] = ()) -> Any:
    yield path, data
    for key, value in data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ():
        yield from walk(value, (*path, key))


def test_spans_hold_what_they_say() -> None:
    """What stands at the span of a text, read on its own, is that text; at a key's span stands the key."""
    for path in GOOD:
        decoded = decode(path.name, path.read_bytes())[0]
        assert decoded
        tree = read(decoded)[0]
        assert isinstance(tree, dict)
        for steps, value in walk(tree):
            span = decoded.span(steps)
            piece = cut(decoded.text, span)
            if isinstance(value, str):
                assert piece == value or independent(f"- {piece}\n") == [value], (path, steps)
            else:
                inner = [
                    decoded.span((*steps, key)) for key in (value if isinstance(value, dict) else range(len(value)))
                ]
                end = (span.end_line, span.end_column - (piece[-1] in "]}" and piece[0] in "[{"))
                assert not inner or (inner[-1].end_line, inner[-1].end_column) <= end, (path, steps)
                assert {"[": "]", "{": "}"}.get(piece[0], piece[-1]) == piece[-1], (path, steps)
            if steps and isinstance(steps[-1], str):
                key = cut(decoded.text, decoded.span(steps, "key"))
                assert key in (steps[-1], f'"{steps[-1]}"', f"'{steps[-1]}'"), (path, steps)
            first = decoded.span((*steps, "no such key"), "mapping")
            assert first.line == first.end_line
            assert (first.line, first.column) <= (span.line, span.column)


def test_line() -> None:
    decoded = Source("a.yaml", "a: \x1b[2J\t\u202ex\r\nb\rc\u2028\n")
    assert [decoded.line(n) for n in range(-1, 7)] == ["", "", "a: ␛[2J→�x", "b", "c�", "", "", ""]
    assert len(Source("a.yaml", "x" * 9000).line(1)) == 4001


PLANES = [*range(0x10000), *range(0x1F300, 0x1FB00), *range(0xE0000, 0xE0200)]


def test_visible_keeps_columns() -> None:
    for code in PLANES:
        shown = texts.visible(chr(code))
        assert len(shown) == 1
        if shown == chr(code):
            # Joiners, line breaks of no kind, private and unassigned characters stay.
            assert unicodedata.category(shown) not in ("Cc", "Cs", "Zl", "Zp")
            assert unicodedata.bidirectional(shown) not in (
                "LRE",
                "RLE",
                "LRO",
                "RLO",
                "PDF",
                "LRI",
                "RLI",
                "FSI",
                "PDI",
            )


def test_quick_search_knows_every_odd_character() -> None:
    """The bytes that the quick way looks for are those of the characters that it must not let pass."""
    odd = re.compile(f"{texts.ODD}|[{texts.WIDE}]")
    assert re.sub(f"[{texts.WIDE}]", "", texts.WIDE_CHARACTERS) == ""
    for code in PLANES[0x80:]:
        if not 0xD800 <= code < 0xE000:
            char = chr(code)
            assert quick._is_odd(char.encode()) == bool(odd.match(char)), hex(code)
            if odd.match(char) and code > 0xFF and unicodedata.category(char) == "Zs":
                assert char in texts.WIDE_CHARACTERS


# --- encodings -------------------------------------------------------------------------------------------------------

CHINESE = "id: P001\nname: 河畔鞋业二期\nunit: 芙蓉园区\n"


@pytest.mark.parametrize("encoding", ["gbk", "gb18030"])
def test_gbk_file(encoding: str) -> None:
    [finding] = parse(CHINESE.encode(encoding))[1]
    assert (finding.code, finding.span) == ("encoding", Span(2, 7, 2, 8))
    assert "GBK or GB18030" in finding.message
    assert "projledger convert a.yaml --from gb18030" in finding.help
    assert finding.excerpt == "name: 河畔鞋业二期"


@pytest.mark.parametrize(
    ("encoding", "named"),
    [
        ("utf-16", "utf-16"),
        ("utf-32", "utf-32"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("utf-32-le", "utf-32-le"),
        ("utf-32-be", "utf-32-be"),
    ],
)
def test_wide_file(encoding: str, named: str) -> None:
    [finding] = parse(CHINESE.encode(encoding))[1]
    assert (finding.code, finding.span) == ("utf-16", source.TOP)
    assert f"projledger convert a.yaml --from {named}" in finding.help
    assert convert(CHINESE.encode(encoding), named) == CHINESE


def test_wide_file_by_its_mark() -> None:
    assert places(b"\xfe\xff" + CHINESE.encode("utf-16-be")) == [(1, 1, "utf-16")]
    assert places(b"\x00\x00\xfe\xff" + CHINESE.encode("utf-32-be")) == [(1, 1, "utf-16")]


def test_zero_bytes_alone_are_no_encoding() -> None:
    assert places("a: x\0y\n") == [(1, 5, "control-character")]
    assert places(b"\0" * 7) == [(1, 1, "control-character")]


def test_damaged_utf8() -> None:
    raw = "\ufeffid: P001\r\nname: 河畔".encode() + b"\xb6" + "鞋业二期\r\n".encode()
    [finding] = parse(raw)[1]
    assert (finding.code, finding.span) == ("encoding", Span(2, 9, 2, 10))
    assert "damaged" in finding.message
    assert "0xB6" in finding.message
    assert finding.excerpt == "name: 河畔\\xb6鞋业二期"


def test_stray_byte() -> None:
    [finding] = parse(b"id: P001\nname: x\xff\n")[1]
    assert (finding.code, finding.span) == ("encoding", Span(2, 8, 2, 9))
    assert "--from ENCODING" in finding.help


def test_single_hanzi_that_pass_for_utf8_are_not_guessed_at() -> None:
    """1 920 of 20 902 hanzi in GBK are also valid UTF-8: nobody can tell, so nobody pretends to."""
    both = 0
    for code in range(0x4E00, 0x9FA6):
        raw = f"a: {chr(code)}\n".encode("gbk")
        tree, found = parse(raw)
        if tree is None:
            assert len(found) == 1
        both += not any(d.code == "encoding" for d in found)
    assert both == 1920


def test_file_over_the_limit() -> None:
    at_most = b"a: " + b"x" * (source.MOST_BYTES - 3)
    assert parse(at_most) == ({"a": "x" * (source.MOST_BYTES - 3)}, [])
    assert places(at_most + b"x") == [(1, 1, "too-large")]


def test_convert() -> None:
    assert convert(CHINESE.encode("gbk"), "gb18030") == CHINESE
    assert convert(CHINESE.encode("utf-16"), "utf-16") == CHINESE
    assert convert(b"\xef\xbb\xbf" + CHINESE.encode(), "utf-8") == CHINESE
    # 「摹」 in GBK is also valid UTF-8, for another character.
    assert convert("a: 摹".encode("gbk"), "gbk") == "a: 摹"


@pytest.mark.parametrize(
    ("raw", "encoding", "says"),
    [
        (CHINESE.encode(), "gb18030", "is UTF-8 already"),
        (b"a: \xff\xff", "gb18030", "byte number 4 (0xFF)"),
        (b"a: x", "klingon", "no encoding of text is called klingon"),
        (b"a: x", "rot13", "no encoding of text is called rot13"),
        (b"a: x", "a\0b", "no encoding of text is called a␀b"),
        (b"a: x", "", "no encoding of text"),
        (b"xn--" + b"9" * 99, "idna", "no encoding of text is called idna"),
        (CHINESE.encode("utf-16-le"), "gb18030", "control character U+0000"),
    ],
)
def test_convert_refuses(raw: bytes, encoding: str, says: str) -> None:
    with pytest.raises(errors.ConversionError) as caught:
        convert(raw, encoding)
    assert says in str(caught.value)
    assert caught.value.exit_code == 3


# --- names -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["projledger.yaml", "projects/P001.yaml", "projects/河畔 鞋业（二期）.yaml", "console.yaml", "com.yaml",
     "a..b.yaml", "projects/" + "字" * 83 + ".yaml"],
)  # fmt: skip
def test_good_name(name: str) -> None:
    assert check_name(name) == []


@pytest.mark.parametrize(
    "name",
    ["../a.yaml", "projects/../a.yaml", "./a.yaml", "/etc/a.yaml", "projects//a.yaml", "", "C:\\a.yaml", "c:a.yaml",
     "\\\\host\\a.yaml", "-rf.yaml", "projects/-a.yaml", "CON", "con.yaml", "projects/Nul.tar.yaml", "COM1.yaml",
     "lpt¹.yaml", "CONIN$", "a\0.yaml", "a\n.yaml", "a\t.yaml", "a\x1b[2J.yaml", "a\u202e.yaml", "a\u200b.yaml",
     "a\udcff.yaml", "a*.yaml", "a?.yaml", 'a".yaml', "a<b>.yaml", "a|b.yaml", "a.yaml.", "a.yaml ", "projects /a.yaml",
     "x" * 251 + ".yaml", "projects/" + "字" * 84 + ".yaml"],
)  # fmt: skip
def test_bad_name(name: str) -> None:
    [finding] = check_name(name)
    assert (finding.code, finding.span, finding.severity) == ("bad-name", source.TOP, "error")
    assert finding.file.isprintable()
    assert finding.message.isprintable()


# --- limits ----------------------------------------------------------------------------------------------------------


def test_fifty_findings_and_how_many_more() -> None:
    text = "".join(f"k{n}: *a\n" for n in range(60)) + "note: @x\n" + "text: a #b\n"
    found = parse(text)[1]
    assert len(found) == 51
    assert [d.code for d in found] == ["alias"] * 50 + ["too-many"]
    assert found[-1].message == "12 more findings in this file are not shown"
    assert found == sorted(found, key=lambda d: d.sort_key)
    assert len(parse("".join(f"k{n}: *a\n" for n in range(50)))[1]) == 50
    assert parse("".join(f"k{n}: *a\n" for n in range(51)))[1][-1].message.startswith("1 more finding in")


def test_more_syntax_errors_than_are_shown() -> None:
    found = parse("".join(f"k{n}: @x\n" for n in range(60)))[1]
    assert [d.code for d in found] == ["needs-quotes"] * 50 + ["too-many"]


def test_nothing_is_said_twice_about_a_line() -> None:
    assert places("a: b\n\x01\n\x02\n") == [(2, 1, "control-character"), (3, 1, "control-character")]
    # A line that was mended and still cannot be read is left out, once.
    assert places("{\n\t\x01,") == [(2, 2, "control-character")]


def test_lone_surrogates_in_a_text() -> None:
    tree, [finding] = read(Source("a.yaml", "a: x\ud800\ud801y\n"))
    assert (tree, finding.code, finding.span) == (None, "surrogate", Span(1, 5, 1, 7))
    assert finding.excerpt == "a: x��y"


def test_warnings_without_end_leave_the_file_in() -> None:
    tree, found = parse("".join(f"k{n}: a #b\n" for n in range(99)))
    assert tree == {f"k{n}": "a" for n in range(99)}
    assert [d.code for d in found] == ["lost-to-comment"] * 50 + ["too-many"]


def test_many_odd_characters() -> None:
    found = parse("a: " + "\x01b" * 70 + "\u202e\n")[1]
    assert [d.code for d in found] == ["control-character"] * 50 + ["too-many"]
    assert found[-1].message.startswith("21 more")


def test_keys_over_the_limit() -> None:
    most = "".join(f"k{n}: x\n" for n in range(source.MOST_KEYS))
    assert len(parse(most)[0] or ()) == source.MOST_KEYS
    assert places("a:\n " + "".join(f"k{n}: x\n " for n in range(source.MOST_KEYS)) + "more: x\n") == [
        (2, 2, "too-many-keys")
    ]


def test_values_over_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (quick, careful):
        monkeypatch.setattr(module, "MOST_VALUES", 6)
    assert parse("a: [x, y, z, [u]]\n")[1] == []  # one key and five items
    assert places("a: [x, y, z, [u, v]]\n") == [(1, 1, "too-large")]
    assert places("a: {b: c, d: e, f: g, h: i}\nj:\nk:\n") == [(1, 1, "too-large")]
    assert places("a: [x, y, z, u, v, w]\n") == [(1, 1, "too-large")]
    assert places("a: [x, y, z, u, v, w, x, y, z]\n") == [(1, 1, "too-large")]


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
def test_depth_at_the_limit(opening: str) -> None:
    closing = {"[": "]", "{a: ": "}"}.get(opening, "")
    if closing:
        assert parse("a: " + opening * 31 + "x" + closing * 31)[1] == []
    codes = {code for _line, _column, code in places(("a: " if closing else "") + opening * 33 + "x" + closing * 33)}
    assert codes == {"too-deep", "complex-key"} if opening == "? " else {"too-deep"}
