"""Hostile ledgers: bombs under limits of memory and time, and mutations of real ledgers by the ten thousand."""

from __future__ import annotations

import random
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projledger.source import Source, careful, decode, read
from projledger.source import text as texts

ROOT = Path(__file__).parents[1]
SEEDS = [
    path.read_bytes().decode()
    for pattern in ("examples/**/*.yaml", "ledgers/**/*.yaml", "tests/bad/yaml/*.yaml")
    for path in sorted(ROOT.glob(pattern))
]

BOMBS = {
    "alias bomb": (
        "'a0: &a0 [x]\\n' + ''.join(f'a{n}: &a{n} [' + f'*a{n-1}, ' * 9 + 'x]\\n' for n in range(1, 10))", "alias",
    ),
    "merge bomb": (
        "'a0: &a0 {x: y}\\n' + ''.join(f'a{n}: &a{n}\\n  <<: [' + f'*a{n-1}, ' * 9 + ']\\n' for n in range(1, 9))",
        "merge-key",
    ),
    "100 000 flow lists": ("'a: ' + '[' * 100_000", "too-deep"),
    "100 000 flow mappings": ("'{a: ' * 100_000", "too-deep"),
    "100 000 dashes": ("'- ' * 100_000", "too-deep"),
    "100 MB scalar": ("'a: ' + 'x' * 100_000_000", "too-large"),
    "8 MiB of bad scalar": ("'a: ' + 'x' * 8_300_000 + chr(27)", "control-character"),
    "keys": ("'{' + ','.join(f'k{n}' for n in range(1_000_000)) + '}'", "too-many-keys"),
    "items": ("'a: [' + 'xy,' * 2_700_000 + ']'", "too-large"),
    "tag directives": ("''.join(f'%TAG !a{n}! x\\n' for n in range(400_000)) + '---\\na: 1\\n'", "directive"),
}  # fmt: skip

MORE_BOMBS = {
    "100 000 flow lists, closed, on lines": ("'a: ' + '[\\n' * 100_000 + ']' * 100_000", "too-deep"),
    "100 000 question marks": ("'? ' * 100_000", "too-deep"),
    "deep indentation": ("'\\n'.join(' ' * n + 'a:' for n in range(4000))", "too-deep"),
    "8 MiB scalar": ("'a: ' + 'x' * 8_300_000", ""),
    "same keys": ("'{' + 'k,' * 4_000_000 + '}'", "too-large"),
    "lists": ("'a: [' + '[a],' * 2_000_000 + ']'", "too-large"),
    "empty items on old line breaks": ("'a:\\r' + '-\\r' * 4_000_000", "empty-item"),
    "tag directives below": (
        "'a: 1\\n' + ''.join(f'%TAG !a{n}! x\\n' for n in range(400_000)) + '---\\na: 1\\n'", "directive",
    ),
    "line breaks": ("'\\n' * 8_000_000", "empty-file"),
    "control characters": ("'\\x01a' * 4_000_000", "control-character"),
    "conflicts": ("'<<<<<<<\\n' * 1_000_000", "conflict"),
    "full-width colons": ("'a: x\\r' + '一：\\r' * 1_100_000", "fullwidth-colon"),
    "full-width colons on one line": ("'a: ' + '：' * 2_700_000 + '\\nb: \"x'", "unclosed-quote"),
    "wide spaces": ("'a: x' + '\\u3000' * 2_700_000 + 'y'", ""),
    "spaces before a full-width colon": ("'é' + ' ' * 8_000_000 + 'x'", "not-a-mapping"),
    "dashes and spaces": ("'a: b\\n' + '- ' * 4_000_000 + 'x'", "indentation"),
    "comments": ("'a: x' + ' #b' * 2_700_000", "lost-to-comment"),
    "comments on lines of their own": ("' #a\\r' * 2_000_000 + 'a: 1'", ""),
    "number signs": ("'a: x ' + '#' * 8_000_000", ""),
    "backslashes": ("'a: \"' + '\\\\x01' * 2_000_000 + '\"'", "control-character"),
    "bad escapes": ("'a: \"' + '\\\\q' * 4_000_000 + '\"'", "bad-escape"),
    "colons": ("'a: ' * 2_700_000", "needs-quotes"),
    "tabs": ("'a:\\n' + '\\t' * 8_000_000 + 'b: c'", "tab-indent"),
    "tags": ("'a: [' + '!a b,' * 1_600_000 + ']'", "tag"),
    "unfinished quotes": ("'a: \"' * 2_000_000", "syntax"),
    "combining keys": ("'{' + ''.join(f'e\\u0301{n}: x, ' for n in range(9_999)) + '}'", ""),
}  # fmt: skip

BOMB = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (400 * 2**20,) * 2)
raw = ({text}).encode()[: 8 * 2**20 + 1]
used = resource.getrusage(resource.RUSAGE_SELF)
resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + 4,) * 2)
from projledger.source import decode, read
decoded, found = decode("a.yaml", raw)
if decoded:
    found += read(decoded)[1]
    decoded.span(("a", 0)), decoded.line(1)
print(*sorted({{d.code for d in found}}))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no resource limits")
@pytest.mark.parametrize("name", [*BOMBS, *(pytest.param(name, marks=pytest.mark.fuzz) for name in MORE_BOMBS)])
def test_bomb(name: str) -> None:
    """Three seconds of processor time (and up to one for starting) and 400 MB of address space, for everything."""
    text, code = (BOMBS | MORE_BOMBS)[name]
    done = subprocess.run([sys.executable, "-c", BOMB.format(text=text)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert code in done.stdout.split() or (not code and not done.stdout.strip()), done.stdout


# --- mutations -------------------------------------------------------------------------------------------------------

PIECES = [
    "：", "，", "\u3000", "\xa0", "\t", " ", "  ", "\n", "\n\n", "\n  ", "\n\t", "\r\n", "\r", "#",
    " #x", " # y", ": ", ":", "- ", "-", "*a", "&a ", "!t ", "<<", "<<: *x", "[", "]", "{", "}",
    ",", "'", '"', "''", '""', "\\", "\\x1b", "\\ud800", '"\\x1b"', "|", ">", "|\n", ">\n  ", "%",
    "%TAG x", "---\n", "...\n", "? ", "?", "[?x]", "@", "`", "~", "null", "a:", "a:b", "a: b: c",
    "id：x", "{a:1}", "\x00", "\x1b", "\u202e", "\u2028", "\x85", "\ufeff", "\u200b", "\ud800", "é",
    "e\u0301", "\U0001f468\u200d", "<<<<<<< HEAD\n", "=======\n", ">>>>>>> x\n",
    "\n- - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - ",
    "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "x", "1", "名",
]  # fmt: skip


def mutated(text: str, dice: random.Random) -> str:
    for _n in range(dice.choice((1, 1, 1, 2, 3, 6))):
        start = dice.randrange(len(text) + 1)
        end = min(len(text), start + dice.choice((1, 1, 2, 5, 20, 200)))
        lines = text.split("\n")
        line = dice.randrange(len(lines))
        match dice.randrange(7):
            case 0 | 1:
                text = text[:start] + dice.choice(PIECES) + text[start:]
            case 2:
                text = text[:start] + text[end:]
            case 3:
                text = text[:start] + dice.choice(PIECES) + text[end:]
            case 4:
                text = text[:end] + text[start:]
            case 5:
                lines.insert(dice.randrange(len(lines) + 1), lines[line])
                text = "\n".join(lines)
            case _:
                lines[line] = dice.choice(("", " ", "  ", "    ", "\t", "\u3000", "- ")) + lines[line].lstrip(" ")
                text = "\n".join(lines)
    return text


def check(text: str) -> bool:
    """Whatever the text: data, or findings that hold what they promise. True for data."""
    decoded = Source("a.yaml", text)
    tree, found = read(decoded)
    if tree is not None:  # then it may have been read the quick way, and both ways are one
        assert careful.inspect(decoded) == (tree, found)
    assert (tree is None) == any(d.severity == "error" and d.code != "too-many" for d in found)
    assert found == sorted(found, key=lambda d: d.sort_key)
    assert len(found) <= 51
    assert len({(d.code, d.span.line, d.span.column) for d in found}) == len(found)
    lines = re.split(r"\r\n|\r|\n", text)
    for d in found:
        assert d.message
        assert d.help
        for span in (d.span, *(span for _file, span, _label in d.related)):
            assert (span.line, span.column) < (span.end_line, span.end_column)
            assert span.line <= span.end_line <= len(lines)
            assert span.column <= len(lines[span.line - 1]) + 1
        shown = d.message + d.help + d.excerpt + "".join(label for _file, _span, label in d.related)
        assert not re.search(f"{texts.ODD}|[\t\r\n]", shown)
    assert decoded.span(("tasks", 0, "id"), "mapping").line <= len(lines)
    return tree is not None


def mutations(seed: int, count: int) -> None:
    dice = random.Random(seed)
    good = 0
    for _n in range(count):
        if dice.random() < 0.5:
            text = mutated(dice.choice(SEEDS)[: dice.choice((200, 1000, 3000))], dice)
        else:
            text = "".join(dice.choice(PIECES) for _m in range(dice.randrange(1, 14)))
        try:
            good += check(text)
        except BaseException:
            print(repr(text))
            raise
    print(f"{count} mutations read, {good} of them good")


@pytest.mark.parametrize("seed", range(5))
def test_mutations(seed: int) -> None:
    mutations(seed, 10_000)


@pytest.mark.fuzz
@pytest.mark.parametrize("seed", range(100, 200))
def test_mutations_for_long(seed: int) -> None:
    mutations(seed, 10_000)


@settings(max_examples=200, deadline=None)
@given(st.text())
def test_any_text(text: str) -> None:
    check(text)


@settings(max_examples=200, deadline=None)
@given(st.binary())
def test_any_bytes(raw: bytes) -> None:
    decoded, found = decode("a.yaml", raw)
    assert (decoded is None) == bool(found)
    if decoded:
        check(decoded.text)
