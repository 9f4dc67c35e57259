"""Names of files: what leads out of the workspace, or does not work on every computer."""

from __future__ import annotations

import re

from projledger.diagnostics import Diagnostic
from projledger.i18n import _
from projledger.source.faults import about_file
from projledger.source.text import ODD, code_point, quoted

_MOST_NAME_BYTES = 255
_RESERVED = r"(?i:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])(?:\..*)?"


def check_name(file: str) -> list[Diagnostic]:
    """What is wrong with the name of a file, relative to the workspace with `/`: nothing, or one finding."""
    problem = _problem(file)
    if not problem:
        return []
    return [about_file(file, "bad-name", problem, _("rename the file: letters, digits, “-”, “_” and “.” always work"))]


def _problem(file: str) -> str:
    odd = re.search(rf"{ODD}|[\t\r\n]", file)
    if odd:
        return _("the file name holds the character {char}").format(char=code_point(odd.group()))
    forbidden = re.search(r'[\\:*?"<>|]', file)
    if forbidden:
        return _("the file name holds “{char}”, which Windows does not allow").format(char=forbidden.group())
    for part in file.split("/"):
        if part in ("", ".", ".."):
            return _("“{file}” may lead out of the workspace").format(file=quoted(file))
        if part.startswith("-"):
            return _("“{name}” begins with a dash, which programs take for an option").format(name=quoted(part))
        if part[-1] in ". ":
            return _("“{name}” ends with a dot or a space, which Windows drops").format(name=quoted(part))
        if re.fullmatch(_RESERVED, part):
            return _("“{name}” is a device on Windows").format(name=quoted(part))
        size = len(part.encode())
        if size > _MOST_NAME_BYTES:
            return _("the file name is {size} bytes long; {limit} are possible").format(
                size=size, limit=_MOST_NAME_BYTES
            )
    return ""
