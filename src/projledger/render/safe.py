"""Text of ledgers made harmless before any format writes it."""

from __future__ import annotations

import re
from typing import Final

_BREAKS: Final = "\t\n\x0b\x0c\r\x85\u2028\u2029"
"""Tabs and line ends, which become spaces: a piece of text is one line."""

_DROPPED: Final = "\xad\u200b\u2060-\u2064\ufeff"
"""Invisible, meaningless between words, and common in text pasted from web pages."""

_SHOWN: Final = (
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"  # controls, escape sequences among them
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f"  # the order of letters
    "\ud800-\udfff\ufdd0-\ufdef\ufff9-\ufffb\ufffe\uffff"  # no characters at all
    "\U000e0000-\U000e0fff"  # invisible tags
)

_UNSAFE: Final = re.compile(f"(?P<breaks>[{_BREAKS}]+)|(?P<dropped>[{_DROPPED}])|[{_SHOWN}]")
_COMMANDS: Final = re.compile(r":(?=:)|#(?=#\w*\[)")
"""Where a line would be an order to the machine whose log it is printed in (`::error`, `##[error]`, `##vso[`)."""

_HIDDEN: Final = re.compile(f"[{_DROPPED}{_SHOWN}\x85\u2028\u2029]")


def printable(text: str) -> str:
    r"""`text` on one line, without anything that a terminal, a page or a build log would obey or hide.

    Controls, bidi controls and lone surrogates become visible (`\x1b`, `\u202e`), line breaks and tabs become spaces,
    zero-width characters go, and the doubled marks of log commands are set apart.
    """
    if _UNSAFE.search(text):
        text = _UNSAFE.sub(_seen, text)
    return _COMMANDS.sub(r"\g<0> ", text) if "::" in text or "##" in text else text


def escaped(json: str) -> str:
    r"""A JSON text with the same meaning and every invisible or unsafe character as `\uXXXX`."""
    return _HIDDEN.sub(_unicode_escape, json)


def _seen(match: re.Match[str]) -> str:
    if match["breaks"]:
        return " "
    if match["dropped"]:
        return ""
    code = ord(match[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _unicode_escape(match: re.Match[str]) -> str:
    pairs = match[0].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{pairs[i]:02x}{pairs[i + 1]:02x}" for i in range(0, len(pairs), 2))
