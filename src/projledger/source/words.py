"""What each fault says: what is wrong, with the text in question, and how to mend it."""

from __future__ import annotations

import re
from typing import Final

from projledger.i18n import _
from projledger.source.faults import Words
from projledger.source.limits import MOST_DEPTH, MOST_KEYS, MOST_VALUES
from projledger.source.text import BIDI, CONTROL, INVISIBLE, LINE_SEPARATOR, code_point, quoted

_ODD_CODES: Final = (
    ("control-character", f"[{CONTROL}\r]"),
    ("line-separator", f"[{LINE_SEPARATOR}]"),
    ("bidi-control", f"[{BIDI}]"),
    ("invisible-character", f"[{INVISIBLE}]"),
)


def odd_code(char: str) -> str:
    """The code of a character that may not stand in a ledger."""
    return next((code for code, pattern in _ODD_CODES if re.match(pattern, char)), "surrogate")


def odd_character(code: str, char: str) -> Words:
    """A character that may not stand in a ledger; `code` is its `odd_code`."""
    name = code_point(char)
    if code == "control-character":
        return _("the control character {char} may not stand in a ledger").format(char=name), _retype()
    if code == "line-separator":
        return (
            _("{char} breaks the line for some programs and not for others").format(char=name),
            _("replace it by an ordinary line break or a space"),
        )
    if code == "bidi-control":
        return (
            _("{char} changes the direction of writing, so that the line shows in another order than it has").format(
                char=name
            ),
            _retype(),
        )
    if code == "surrogate":
        return half_character(name)
    return _("{char} is invisible: words that look equal are not").format(char=name), _retype()


def _retype() -> str:
    return _("delete it; as most editors do not show it, typing the words again is the surest way")


def half_character(text: str) -> Words:
    """An escape for one half of a character beyond U+FFFF, or for both."""
    return (
        _("{text} is half of a character, or one in two halves").format(text=quoted(text)),
        _("write the character itself instead of its code"),
    )


def conflict(first: int, last: int) -> Words:
    """The markers of a merge, from line `first` to line `last`."""
    return (
        _("unresolved merge, lines {first}–{last}").format(first=first, last=last)
        if last > first
        else _("this line is left over from a merge"),
        _("keep what is right, and delete the rest and the lines with <<<<<<<, ======= and >>>>>>>"),
    )


def pointer() -> Words:
    """What Git LFS left in place of the file."""
    return (
        _("this is no ledger but a pointer of Git LFS: the ledger itself was not fetched"),
        _(
            "fetch it with “git lfs pull”; better, keep ledgers out of LFS (git lfs untrack '*.yaml' and "
            "git add --renormalize .): reports of the past and checks of what is staged see only the pointer"
        ),
    )


def empty_file(comments: bool) -> Words:
    """Nothing to read."""
    return (
        _("the file holds nothing but comments") if comments else _("the file is empty"),
        _("write the keys of the ledger, or delete the file"),
    )


def list_at_top() -> Words:
    """A list where the keys of the ledger belong."""
    return _("the file is a list; a ledger begins with keys"), _begin_with_key()


def text_at_top(text: str) -> Words:
    """Words where the keys of the ledger belong."""
    return _("“{text}” is no key; a ledger begins with keys").format(text=quoted(text)), _begin_with_key()


def _begin_with_key() -> str:
    return _("begin the file with a key at the left margin, such as “id: P001”")


def second_document() -> Words:
    """A line that ends the document, with something behind it."""
    return (
        _("a second document begins here, and would not be read"),
        _("delete this line, or put what follows into a file of its own"),
    )


def directive(text: str) -> Words:
    """A line that begins with `%`."""
    return (
        _("“{text}” is a YAML directive; none is read").format(text=quoted(text)),
        _("delete the line; if it is text, put it between double quotes"),
    )


def tag(text: str) -> Words:
    """A `!tag`."""
    return (
        _("“{text}” is a YAML tag; none is read").format(text=quoted(text)),
        _("delete it; if it is text, put the whole value between double quotes"),
    )


def alias(text: str) -> Words:
    """An `*alias`."""
    return (
        _("“{text}” is a YAML alias; none is read").format(text=quoted(text)),
        _("write out what it stands for; if it is text, put the whole value between double quotes"),
    )


def merge_key() -> Words:
    """The key `<<`."""
    return (
        _("“<<” brings in keys from elsewhere, which is not read"),
        _("write those keys here: a ledger shows what it says"),
    )


def complex_key() -> Words:
    """A list or a mapping as a key."""
    return (
        _("a list or a mapping stands where a key belongs"),
        _("write “key: value”; put a key that begins with a bracket between double quotes"),
    )


def empty_key() -> Words:
    """A colon without a key."""
    return _("there is no key before the colon"), _("write the key, or delete the line")


def empty_item(n: int) -> Words:
    """The `n`-th item of a list (from 1) is blank."""
    return _("item {n} of this list is empty").format(n=n), _("write the item, or delete it")


def duplicate_key(key: str) -> Words:
    """A key that stands in its mapping already."""
    return (
        _("“{key}” stands in this mapping already").format(key=quoted(key)),
        _("keep the right one; several items are a list, each behind a dash"),
    )


def first_one() -> str:
    """The label of the other of two keys."""
    return _("the first one")


def nfc_twins(key: str) -> Words:
    """A key that looks like another one of its mapping."""
    return (
        _("“{key}” looks like a key above, but is stored as other characters").format(key=quoted(key)),
        _("keep one of the two, or rename one"),
    )


def too_many_keys() -> Words:
    """A mapping beyond its limit."""
    return _("this mapping has more than {limit} keys").format(limit=MOST_KEYS), _generated()


def too_many_values() -> Words:
    """A file beyond its limit."""
    return _("the file holds more than {limit} values").format(limit=MOST_VALUES), _generated()


def too_deep() -> Words:
    """Nesting beyond its limit."""
    return (
        _("lists and mappings stand more than {limit} deep inside each other here").format(limit=MOST_DEPTH),
        _("close the brackets that are open; no ledger needs so many levels"),
    )


def _generated() -> str:
    return _("split it; no ledger that people keep needs so many")


def tab_indent() -> Words:
    """A tab in the indentation."""
    return (
        _("a tab stands where YAML allows only spaces"),
        _("replace it by spaces, two for each level, and let the editor write spaces for the Tab key"),
    )


def fullwidth_colon(key: str) -> Words:
    """`key：value`."""
    return (
        _("“{key}” is followed by a full-width colon, so that YAML sees no key").format(key=quoted(key.strip())),
        _colon(key),
    )


def missing_space(key: str) -> Words:
    """`key:value`."""
    return (
        _("the colon after “{key}” is not followed by a space, so that YAML sees no key").format(
            key=quoted(key.strip())
        ),
        _colon(key),
    )


def _colon(key: str) -> str:
    return _("write an ASCII colon and a space: “{key}: …”").format(key=quoted(key.strip()))


def fullwidth_comma() -> Words:
    """`[a，b]` or `{a: 1，b: 2}`."""
    return (
        _("a full-width comma separates nothing between brackets"),
        _("write an ASCII comma and a space; if it is text, put the value between double quotes"),
    )


def wide_space(char: str) -> Words:
    """U+3000 and its like where a space should be."""
    return (
        _("{char} looks like a space, but is part of the text to YAML").format(char=code_point(char)),
        _("replace it by ordinary spaces, or delete it"),
    )


def lost_to_comment(text: str) -> Words:
    """Text behind ` #`."""
    return (
        _("“{text}” is a comment to YAML, and is not part of the value").format(text=quoted(text)),
        _("if it belongs to the value, put the whole value between double quotes; if not, put a space after the #"),
    )


def indentation(column: int) -> Words:
    """A line that begins where no block above it begins."""
    return (
        _("this line begins in column {column}, where no block that is still open begins").format(column=column),
        _("let the keys of one mapping, and the dashes of one list, begin in the same column"),
    )


def continued(column: int) -> Words:
    """A key deeper than the finished line above it."""
    return (
        _("this line begins in column {column}, deeper than the line above, whose value is complete").format(
            column=column
        ),
        _("begin it in the same column as the key above"),
    )


def block_began() -> str:
    """The label of the block that a misplaced line stands in."""
    return _("the block above it begins here")


def no_key(text: str) -> Words:
    """A line without colon where a key belongs."""
    return (
        _("“{text}” is neither “key: value” nor an item of a list").format(text=quoted(text)),
        _("write a key, a colon and a space before it; if it goes on with the line above, indent it deeper than that"),
    )


def not_a_beginning(char: str) -> Words:
    """A value that begins with a character that YAML keeps for itself."""
    return _("a value cannot begin with “{char}”").format(char=quoted(char)), _quote_all()


def flow_colon() -> Words:
    """`{a: b:}`."""
    return _("a colon stands behind this value, as if it were a key"), _quote_all()


def second_colon() -> Words:
    """`note: decided: move the line`."""
    return _("a second colon with a space stands in this value, as if it were a key"), _quote_all()


def _quote_all() -> str:
    return _("if it is text, put the whole value between double quotes")


def list_on_key_line() -> Words:
    """`key: - item`."""
    return (
        _("a list cannot begin on the line of its key"),
        _("put each item on a line of its own below the key; if it is text, put the value between double quotes"),
    )


def unclosed_quote() -> Words:
    """`"text`."""
    return (
        _("the quote that opens here is not closed where it should be"),
        _('close it with the same sign; inside of double quotes write \\" for a quote'),
    )


def unclosed_bracket(closing: str) -> Words:
    """`[a, b`."""
    return (
        _("the bracket that opens here is not closed"),
        _("close it with “{bracket}”; if it is text, put the whole value between double quotes").format(
            bracket=closing
        ),
    )


def missing_comma(text: str) -> Words:
    """`[a "b"]`."""
    return (
        _("there is no comma before “{text}”").format(text=quoted(text)),
        _("separate items by an ASCII comma and a space; put an item with quotes or brackets in it between quotes"),
    )


def missing_value(text: str) -> Words:
    """`[a, , b]`, `key: ]`."""
    return (
        _("there is no value before “{text}”").format(text=quoted(text)),
        _("write the value, or delete what is too much; if it is text, put the value between double quotes"),
    )


def ends_early() -> Words:
    """`[a,` and nothing more."""
    return _("the file ends before the value does"), _("write the rest of it, and close the brackets that are open")


def bad_escape(text: str) -> Words:
    r"""`"\项"`."""
    return (
        _("“{text}” means nothing between double quotes").format(text=quoted(text)),
        _("write \\\\ for a backslash, or use single quotes, which leave it alone"),
    )


def after_value(text: str) -> Words:
    """`"a" b`, `[a] b`."""
    return (
        _("“{text}” stands behind the end of the value").format(text=quoted(text)),
        _("put the whole value between one pair of quotes, or delete what is too much"),
    )
