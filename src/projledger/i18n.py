"""The language of every word that a user reads.

One language per process, chosen once by the command line with `use` before anything is said. `_` translates now;
`N_` marks a text that is translated later, where it is shown (field descriptions, rule texts). The msgids are
English; `locale/<language>/LC_MESSAGES/projledger.po` holds the translations.
"""

from __future__ import annotations

from collections.abc import Iterable
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from typing import Final

LANGUAGES: Final = ("en", "zh")
_FOLDERS: Final = {"zh": "zh_CN"}

_language = "en"
_catalogue: NullTranslations = NullTranslations()


def use(language: str) -> None:
    """Speak `language` ("en" or "zh") from now on."""
    global _language, _catalogue
    if language not in LANGUAGES:
        raise ValueError(language)
    _language = language
    folder = _FOLDERS.get(language)
    if folder is None:
        _catalogue = NullTranslations()
        return
    path = Path(__file__).parent / "locale" / folder / "LC_MESSAGES" / "projledger.mo"
    with path.open("rb") as file:
        _catalogue = GNUTranslations(file)


def language() -> str:
    """The language in use: "en" or "zh"."""
    return _language


def _(message: str) -> str:
    """Translate `message`; an empty one stays empty."""
    return _catalogue.gettext(message) if message else ""


def ngettext(singular: str, plural: str, n: int) -> str:
    """Translate with the plural form for `n`; the caller fills in `{n}`."""
    return _catalogue.ngettext(singular, plural, n)


def pgettext(context: str, message: str) -> str:
    """Translate a word that means different things in different places."""
    return _catalogue.pgettext(context, message)


def N_(message: str) -> str:  # noqa: N802 - the name every gettext tool knows
    """Mark `message` for the catalogue without translating it yet."""
    return message


def listing(items: Iterable[str]) -> str:
    """Join words the way the language does: `a, b` or `a、b`."""
    return ("、" if _language == "zh" else ", ").join(items)


def joined(*sentences: str) -> str:
    """Join sentences the way the language does: with a space, or with nothing."""
    return ("" if _language == "zh" else " ").join(s for s in sentences if s)
