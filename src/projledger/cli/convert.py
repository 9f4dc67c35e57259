"""`convert`: a file in another encoding becomes UTF-8. Shows first; `--write` does it."""

from __future__ import annotations

import sys
from pathlib import Path

from projledger import errors, source
from projledger.cli.output import write_atomically
from projledger.cli.session import Session
from projledger.i18n import _


def run(session: Session) -> int:
    """Print the text of a file read in the named encoding, or write it back as UTF-8."""
    name, encoding = session.values["file"], session.values["from_"]
    path = Path(name)
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise errors.UsageError(
            _("{path} cannot be read: {reason}").format(path=name, reason=errors.reason_text(error))
        ) from None
    text = source.convert(raw, encoding)
    if not session.values.get("write"):
        session.output.emit(text)
        sys.stderr.write(
            _(
                "projledger: nothing was written; if this reads well, do it with: projledger convert {file} --from "
                "{encoding} --write"
            ).format(file=name, encoding=encoding)
            + "\n"
        )
        return 0
    content = text.encode("utf-8")
    if content == raw:
        sys.stderr.write(_("projledger: {file} is UTF-8 already").format(file=name) + "\n")
        return 0
    if path.read_bytes() != raw:
        raise errors.WriteRefusedError(name, _("it was changed by somebody else in the meantime"))
    write_atomically(path, content)
    return 0
