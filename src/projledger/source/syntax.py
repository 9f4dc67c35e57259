"""What a syntax error of libyaml means to somebody who never read the YAML specification, and how to read on."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any, Final, Literal, TypeAlias

from projledger.frozen import frozen
from projledger.source import words
from projledger.source.faults import Fault, Words
from projledger.source.text import COLON, COMMA, WIDE, broken, line_end, line_start, next_line, position

CONFLICT: Final = r"(?m)^(?:<{7}|>{7}|={7}|\|{7})(?:[ \t][^\r\n]*)?(?=\r?$)"
TAG: Final = r"!(?:<[^>\s]*>|[^\s,\[\]{}]*)"
MISSED_KEY: Final = (
    # Indentation and dashes, a key without colon, quote or bracket, and what stands for its colon and space.
    rf"[ \t{WIDE}-]*(?P<key>[^\s:：#\"'\[\]{{}},&*!|>%@`-][^:：#\"'\[\]{{}}\r\n]*)"
    rf"(?P<colon>{COLON}|:(?:[{WIDE}]+|(?=[^\s/])))"
)
_ESCAPE: Final = r"\\(?:u[0-9a-fA-F]{0,4}|U[0-9a-fA-F]{0,8}|x[0-9a-fA-F]{0,2}|.)?"
_SURROGATES: Final = r"(?:\\(?:u|U0000)[dD][89a-fA-F][0-9a-fA-F]{2})+"
_BLANK_LINES: Final = r"(?:[ \t]*(?:#[^\r\n]*)?(?:\r\n|\r|\n))+[ \t]*"

Last: TypeAlias = tuple[int, int, str]
"""Start, end and style of the last scalar before an error."""


@frozen
class SyntaxFault:
    """A syntax error in our words, and the text without it, as long as before.

    `effect` says what the mended text is worth: `none` (only that spot changed), `line` (that line is no longer what
    was written), `guess` (its indentation neither), `blank` (the line must go), `stop` (there is no mended text).
    """

    fault: Fault
    mended: str = ""
    effect: Literal["none", "line", "guess", "blank", "stop"] = "stop"


def masked(text: str, start: int, end: int, char: str = "_") -> str:
    """`text` with as many harmless characters from `start` to `end`."""
    return text[:start] + char * (end - start) + text[end:]


def explain(text: str, error: Any, last: Last) -> SyntaxFault:
    """The fault behind a `MarkedYAMLError`.

    libyaml names where it gave up (`at`) and often where what it was reading began (`begin`); the fault is at either,
    or at neither: a full-width colon shows only on the line after it.
    """
    at = min(error.problem_mark.index, len(text))
    begin = min(error.context_mark.index, len(text)) if error.context_mark else at
    for index in (begin, at):
        start, end = line_start(text, index), line_end(text, index)
        if re.compile(CONFLICT).match(text, start):
            line = position(text, start)[0]
            return SyntaxFault(
                Fault("conflict", start, end, words.conflict(line, line)), masked(text, start, end, " "), "line"
            )
    said = f"{error.context or ''}: {error.problem}"
    for part, find in _BY_WORDS:
        if part in said:
            return find(text, at, begin, last)
    return _misplaced(text, at, begin, last)


def _spot(code: str, text: str, at: int, says: Words) -> SyntaxFault:
    """One character that is wrong; with a letter in its place the rest can be read."""
    return SyntaxFault(Fault(code, at, at + 1, says), masked(text, at, at + 1), "none")


def _character(text: str, at: int, begin: int, last: Last) -> SyntaxFault:
    if text[at : at + 1] == "\t":
        return _tab(text, at, begin, last)
    return _spot("needs-quotes", text, at, words.not_a_beginning(text[at : at + 1]))


def _beginning(text: str, at: int, begin: int, last: Last) -> SyntaxFault:
    return _character(text, begin, begin, last)


def _tab(text: str, at: int, begin: int, last: Last) -> SyntaxFault:
    start = line_start(text, at)
    stop = at
    while text[stop : stop + 1] in ("\t", " "):
        stop += 1
    fault = Fault("tab-indent", at, at + 1, words.tab_indent())
    harmless = text[start:at].strip() or stop == line_end(text, at)
    return SyntaxFault(fault, masked(text, at, stop, " "), "line" if harmless else "guess")


def _directive(text: str, at: int, begin: int, last: Last) -> SyntaxFault:
    start = line_start(text, begin)
    end = content_end(text, start)
    return SyntaxFault(
        Fault("directive", start, end, words.directive(text[start:end])), masked(text, start, start + 1, "#"), "none"
    )


def _tag(text: str, at: int, begin: int, last: Last) -> SyntaxFault:
    start = begin if text[begin : begin + 1] == "!" else at
    tag = re.compile(TAG).match(text, start)
    end = tag.end() if tag else start + 1
    return SyntaxFault(Fault("tag", start, end, words.tag(text[start:end])), masked(text, start, start + 1), "none")


def _alias(text: str, at: int, begin: int, last: Last) -> SyntaxFault:
    return _spot("alias", text, begin, words.alias(re.split(r"[\s,\[\]{}]", text[begin : begin + 99], maxsplit=1)[0]))


def _word(text: str, start: int) -> str:
    found = re.compile(r"\S*").match(text, start)
    assert found
    return found.group()


def _escape(text: str, at: int, begin: int, last: Last) -> SyntaxFault:
    start = text.rfind("\\", begin, at + 1)
    found = re.compile(_SURROGATES).match(text, start)
    code, says = "surrogate", words.half_character
    if not found:
        found = re.compile(_ESCAPE, re.DOTALL).match(text, start)
        code, says = "bad-escape", words.bad_escape
    assert found
    return SyntaxFault(Fault(code, *found.span(), says(found.group())), masked(text, *found.span()), "none")


def _quote(text: str, at: int, begin: int, last: Last) -> SyntaxFault:
    return SyntaxFault(Fault("unclosed-quote", begin, begin + 1, words.unclosed_quote()))


def _flow_colon(text: str, at: int, begin: int, last: Last) -> SyntaxFault:
    return _spot("needs-quotes", text, at, words.flow_colon())


def _list_on_key_line(text: str, at: int, begin: int, last: Last) -> SyntaxFault:
    if text[line_start(text, at) : at].rstrip().endswith(":"):
        return _spot("syntax", text, at, words.list_on_key_line())
    return _misplaced(text, at, begin, last)


def _value(text: str, at: int, begin: int, last: Last) -> SyntaxFault:
    """Nothing where a value belongs."""
    if text[at : at + 1] == ":":
        return SyntaxFault(Fault("empty-key", at, at + 1, words.empty_key()))
    if text[at : at + 1] == "?":
        return _character(text, at, begin, last)
    if at >= len(text.rstrip()):
        return SyntaxFault(Fault("unclosed-bracket", at, at, words.ends_early()))
    return SyntaxFault(Fault("syntax", at, at + 1, words.missing_value(text[at : at + 1])))


def _bracket(text: str, at: int, begin: int, last: Last) -> SyntaxFault:
    """Something else than a comma or the closing bracket."""
    start, end, style = last
    comma = text.find(COMMA, start, end) if style == "" and start > begin else -1
    if comma >= 0:
        fault = Fault("fullwidth-comma", comma, comma + 1, words.fullwidth_comma())
        return SyntaxFault(fault, masked(text, comma, comma + 1, ","), "none")
    if broken(text, begin, at) or at >= len(text.rstrip()):
        closing = "]" if text[begin] == "[" else "}"
        return SyntaxFault(Fault("unclosed-bracket", begin, begin + 1, words.unclosed_bracket(closing)))
    word = _word(text, at)
    return SyntaxFault(Fault("unclosed-bracket", at, at + len(word), words.missing_comma(word)))


def _no_key(text: str, at: int, begin: int, last: Last) -> SyntaxFault:
    """At `begin` a key must stand, and does not."""
    missed = _missed_key(text, begin)
    if missed:
        return missed
    end = content_end(text, begin)
    if text[begin] in "\"'" and text[begin] not in text[begin + 1 : end]:
        return _quote(text, at, begin, last)
    return SyntaxFault(Fault("syntax", begin, end, words.no_key(text[begin:end])), text, "blank")


def _missed_key(text: str, index: int) -> SyntaxFault | None:
    """What on the line of `index` only looks like `key: value`, if anything."""
    start, end = line_start(text, index), line_end(text, index)
    indent = re.compile(rf"[ \t]*([{WIDE}][ \t{WIDE}]*)").match(text, start, end)
    if indent:
        fault = Fault("wide-space", *indent.span(1), words.wide_space(indent[1][0]))
        return SyntaxFault(fault, masked(text, *indent.span(1), " "), "guess")
    missed = re.compile(MISSED_KEY).match(text, start, end)
    if not missed:
        return None
    code, at, stop, says = missed_colon(text, missed.start("key"), *missed.span("colon"))
    fault = Fault(code, at, stop, says())
    if code == "wide-space":
        return SyntaxFault(fault, masked(text, at, stop, " "), "none")
    return _with_colon(text, fault, missed.start("key"), end)


def missed_colon(text: str, key: int, start: int, end: int) -> tuple[str, int, int, Callable[[], Words]]:
    """The fault in what stands from `start` to `end` for the colon of the key that begins at `key`."""
    if text[start] == COLON:
        return "fullwidth-colon", start, end, partial(words.fullwidth_colon, text[key:start])
    if end > start + 1:
        return "wide-space", start + 1, end, partial(words.wide_space, text[start + 1])
    return "missing-space", start, end, partial(words.missing_space, text[key:start])


def _with_colon(text: str, fault: Fault, key: int, end: int) -> SyntaxFault:
    """Put a colon and a space where they are missing, without making the line longer."""
    at = fault.start
    rest = text[at + 1 : end]
    if not rest.strip() or rest[0] in " \t":
        return SyntaxFault(fault, masked(text, at, at + 1, ":"), "none")
    if rest[0] not in "|>{[\"'&*!":
        return SyntaxFault(fault, text[:at] + ": " + "_" * (len(rest) - 1) + text[end:], "line")
    # What opens a quote, bracket or block must stay: the key gives up a character for the space. Private characters
    # keep what is left of it from equalling another key.
    if at - key < 2:
        return SyntaxFault(fault)
    return SyntaxFault(fault, text[:key] + "\ue000" * (at - key - 1) + ": " + text[at + 1 :], "line")


def _second_colon(text: str, at: int, begin: int, last: Last) -> SyntaxFault:
    """A colon where no key can stand: the second on its line, or on a line that goes on with the one above."""
    start, end, style = last
    if style == "" and start < end <= at and not text[end:at].strip() and broken(text, start, end):
        line = start
        while line < end:
            missed = _missed_key(text, line)
            if missed:
                return missed
            line = next_line(text, line, end)
        if text[line_start(text, start) : start].strip(" -"):
            return SyntaxFault(_line_fault(text, at, words.continued))
        return _no_key(text, at, start, last)
    stop = line_end(text, at)
    fault = Fault("needs-quotes", at, at + 1, words.second_colon())
    return SyntaxFault(fault, text[:at] + text[at:stop].replace(":", "_") + text[stop:], "none")


def _line_fault(text: str, at: int, says: Callable[[int], Words], related: tuple[int, int, str] | None = None) -> Fault:
    """The indentation of the line of `at` is wrong."""
    line = line_start(text, at)
    start = line
    while text[start : start + 1] == " ":
        start += 1
    return Fault("indentation", start, content_end(text, start), says(start - line + 1), related)


def _top(text: str, at: int, begin: int, last: Last) -> SyntaxFault:
    """The mapping of the file has ended, and something follows."""
    ended = re.compile(r"(?m)^\.\.\.(?=[ \t\r\n])").search(text, 0, at)
    if ended:
        return SyntaxFault(Fault("second-document", ended.start(), ended.end(), words.second_document()))
    if text[:at].rstrip().endswith(("]", "}")):
        return _after(text, at)
    return _misplaced(text, at, begin, last)


def _misplaced(text: str, at: int, begin: int, last: Last) -> SyntaxFault:
    """Something stands where the mapping or list around it cannot go on."""
    if text[at : at + 1] == ":":
        return SyntaxFault(Fault("empty-key", at, at + 1, words.empty_key()))
    start, end, style = last
    if style in ("'", '"') and broken(text, start, end) and not text[end:at].strip(" \t"):
        return _quote(text, at, start, last)  # it was closed by what should open the next one
    if text[line_start(text, at) : at].strip():
        return _after(text, at)
    missed = _missed_key(text, at)
    if missed:
        return missed
    if style == "" and re.compile(_BLANK_LINES).fullmatch(text, end, at):
        # A word alone on its line, and the next line goes on as if a key had stood there.
        line = line_start(text, start)
        dash = text[line:start].lstrip(" ")
        if not dash.strip(" -") and at - line_start(text, at) >= start - len(dash) - line + bool(dash):
            return _no_key(text, at, start, last)
    related = (begin, begin + 1, words.block_began()) if begin < at else None
    return SyntaxFault(_line_fault(text, at, words.indentation, related))


def _after(text: str, at: int) -> SyntaxFault:
    end = content_end(text, at)
    return SyntaxFault(Fault("syntax", at, end, words.after_value(text[at:end])))


def content_end(text: str, start: int) -> int:
    """Where the line of `start` ends, without a comment."""
    line = text[start : line_end(text, start)].replace("\t", " ")
    return start + len(line.partition(" #")[0].rstrip())


_BY_WORDS: Final[tuple[tuple[str, Callable[[str, int, int, Last], SyntaxFault]], ...]] = (
    ("found a tab character", _tab),
    ("directive", _directive),
    ("incompatible YAML document", _directive),
    ("scanning an alias", _alias),
    ("scanning an anchor", _beginning),
    ("a tag", _tag),
    ("tag handle", _tag),
    ("escape", _escape),
    ("hexdecimal number", _escape),
    ("quoted scalar", _quote),
    ("block scalar", _beginning),
    ("cannot start any token", _character),
    ("mapping keys are not allowed", _character),
    ("unexpected ':'", _flow_colon),
    ("block sequence entries are not allowed", _list_on_key_line),
    ("scanning a simple key", _no_key),
    ("mapping values are not allowed", _second_colon),
    ("flow sequence", _bracket),
    ("flow mapping", _bracket),
    ("node content", _value),
    ("<document start>", _top),
)
"""By a part of what libyaml says; the first that fits."""
