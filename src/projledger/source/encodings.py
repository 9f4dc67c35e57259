"""From bytes to text: UTF-8 and nothing else, because a wrong guess gives wrong characters without any error."""

from __future__ import annotations

import codecs
import re
from typing import Final

from projledger.diagnostics import Diagnostic, Span
from projledger.errors import ConversionError
from projledger.i18n import _
from projledger.source.faults import about_file
from projledger.source.limits import MOST_BYTES
from projledger.source.places import Source
from projledger.source.text import CONTROL, code_point, excerpt, line_start, position, visible

_MIB: Final = 1024 * 1024
_BYTE_ORDER_MARKS: Final = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_OTHERS: Final = "gb18030, big5, utf-16, shift_jis, windows-1252"


def decode(file: str, raw: bytes) -> tuple[Source | None, list[Diagnostic]]:
    """The text of a file without BOM; None and a finding when it is too large or not UTF-8."""
    if len(raw) > MOST_BYTES:
        message = _("the file is larger than {limit} MiB").format(limit=MOST_BYTES // _MIB)
        remedy = _("keep one project per file, and pictures and documents outside of the ledgers")
        return None, [about_file(file, "too-large", message, remedy)]
    encoding = _wide_encoding(raw)
    if encoding:
        message = _("the file is in {encoding}, not in UTF-8").format(encoding=encoding.upper())
        remedy = _("save it as UTF-8, or run: {command}").format(command=_command(file, encoding))
        return None, [about_file(file, "utf-16", message, remedy)]
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        return None, [_not_utf8(file, raw, error.start)]
    return Source(file, text.removeprefix("\ufeff")), []


def _wide_encoding(raw: bytes) -> str:
    """The UTF-16 or UTF-32 flavour that `raw` is surely in, or nothing."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if raw.startswith(mark):
            return encoding
    # Without a mark: keys are ASCII, so that every other byte of theirs is zero. Read rightly no zero is left, and
    # there is a key.
    for encoding in ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be") if b"\0" in raw else ():
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text and re.search(r":[ \r\n]", text):
            return encoding
    return ""


def _command(file: str, encoding: str) -> str:
    from shlex import quote

    return f"projledger convert {quote(visible(file))} --from {encoding}"


def _not_utf8(file: str, raw: bytes, first: int) -> Diagnostic:
    before = raw[:first].decode("utf-8").removeprefix("\ufeff")
    line, column = position(before, len(before))
    behind = re.split(r"[\r\n]", raw[first : first + 400].decode("utf-8", "backslashreplace"), maxsplit=1)[0]
    row = excerpt(before[line_start(before, len(before)) :] + behind)
    lenient = raw.decode("utf-8", "ignore")
    wrong = len(raw) - len(lenient.encode())
    right = len(re.sub(r"[\x00-\x7f]+", "", lenient))
    byte = f"0x{raw[first]:02X}"
    if wrong > right and _is(raw, "gb18030"):
        # In a Chinese file of another encoding most characters fail to be UTF-8; in a damaged one, few.
        start = max(raw.rfind(b"\n", 0, first), raw.rfind(b"\r", 0, first)) + 1
        row = excerpt(re.split(r"[\r\n]", raw[start : first + 4000].decode("gb18030", "replace"), maxsplit=1)[0])
        column = len(raw[start:first].decode("gb18030", "replace").removeprefix("\ufeff")) + 1
        message = _("the text is not UTF-8 (first at byte {byte}); it may be GBK or GB18030").format(byte=byte)
        remedy = _("save it as UTF-8, or see what this shows: {command}").format(command=_command(file, "gb18030"))
    elif right > wrong:
        message = _("the text is UTF-8, but damaged: byte {byte} belongs to no character").format(byte=byte)
        remedy = _("type the character again, or take the line from an older version of the file")
    else:
        message = _("the text is not UTF-8: byte {byte} belongs to no character").format(byte=byte)
        remedy = _("save it as UTF-8; if you know its encoding, see what this shows: {command}").format(
            command=_command(file, "ENCODING")
        )
    return about_file(file, "encoding", message, remedy, Span(line, column, line, column + 1), row)


def _is(raw: bytes, encoding: str) -> bool:
    try:
        raw.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def convert(raw: bytes, encoding: str) -> str:
    """The text of `raw`, which is in `encoding`, without BOM. Strict: a byte that does not fit is an error.

    Raises:
        ConversionError: an unknown encoding; bytes that are not of it; text that is UTF-8 already; a result with
            control characters, a sure sign of a wrong encoding.
    """
    try:
        name = codecs.lookup(encoding).name
    except (LookupError, ValueError):
        name = ""
    # Converting twice would spoil a file. A single character of GBK can pass for UTF-8, but only for one below U+0800.
    if name != "utf-8" and b"\0" not in raw and _is(raw, "utf-8") and re.search("[^\x00-\u07ff]", raw.decode("utf-8")):
        raise ConversionError(_("the text is UTF-8 already"))
    try:
        text = raw.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise ConversionError(
            _("byte number {n} ({byte}) does not fit the encoding {encoding}; others to try: {others}").format(
                n=error.start + 1, byte=f"0x{raw[error.start]:02X}", encoding=encoding, others=_OTHERS
            )
        ) from None
    except (LookupError, ValueError):
        raise ConversionError(
            _("no encoding of text is called {encoding}; try one of: {others}").format(
                encoding=visible(encoding), others=_OTHERS
            )
        ) from None
    control = re.search(f"[{CONTROL}]", text)
    if control:
        raise ConversionError(
            _("read as {encoding} the text holds the control character {char}; others to try: {others}").format(
                encoding=encoding, char=code_point(control.group()), others=_OTHERS
            )
        )
    return text
