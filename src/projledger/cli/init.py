"""`init`: a first workspace that checks clean and teaches the format."""

from __future__ import annotations

import locale
import os
import sys
from datetime import timedelta
from pathlib import Path
from string import Template
from typing import Final

from projledger import errors, i18n
from projledger.calendar import Calendar, Period
from projledger.cli import schema
from projledger.cli.output import write_atomically
from projledger.cli.session import Session, today
from projledger.i18n import _

TEMPLATES: Final = Path(__file__).parent / "templates"
SCHEMA_FOLDER: Final = "schema"


def run(session: Session) -> int:
    """Write the files; nothing that exists is ever overwritten."""
    folder = Path(session.values.get("folder") or "ledgers")
    language = _language(session)
    i18n.use(language)
    files = made(folder, language, session)
    taken = [name for name in files if (folder / name).exists()]
    if taken:
        raise errors.WriteRefusedError(
            str(folder / taken[0]), _("it is there already; init only writes into a folder without ledgers")
        )
    for name, content in files.items():
        target = folder / name
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise errors.WriteRefusedError(str(target), errors.reason_text(error)) from None
        write_atomically(target, content.encode())
    sys.stderr.write(
        _("projledger: wrote {count} files into {folder}; look with: projledger --workspace {folder} status").format(
            count=len(files), folder=folder
        )
        + "\n"
    )
    return 0


def _language(session: Session) -> str:
    """`--lang`, then PROJLEDGER_LANG, else the one of the locale: only here is the locale read."""
    asked = session.values.get("lang") or os.environ.get("PROJLEDGER_LANG")
    if asked in i18n.LANGUAGES:
        return str(asked)
    spoken = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return "zh" if (spoken or locale.getlocale()[0] or "").startswith("zh") else "en"


def made(folder: Path, language: str, session: Session) -> dict[str, str]:
    """The content of every file by its name. Dates are set around today, so that the example is alive."""
    day = session.values.get("as_of") or today("Asia/Shanghai")
    month = Period.of("month", day).previous()
    calendar = Calendar("CN")

    def workday(days: int) -> str:
        return calendar.first_on_or_after(day + timedelta(days=days)).isoformat()

    words = {
        "name": session.values.get("name") or folder.resolve().parent.name or _("Our county"),
        "year": str(month.first.year),
        "reports": "\n".join(
            f'  - {{indicator: investment, month: "{month.first.year}-{number:02}", ytd: {9000 * number}}}'
            for number in range(1, month.first.month + 1)
        ),
        "long_ago": (day - timedelta(days=60)).isoformat(),
        "ago": (day - timedelta(days=21)).isoformat(),
        "lately": (day - timedelta(days=5)).isoformat(),
        "yesterday": (day - timedelta(days=1)).isoformat(),
        "soon": workday(5),
        "later": workday(40),
        "last": workday(90),
        "next_year": workday(300),
    }
    root = TEMPLATES / language
    files = {
        path.relative_to(root).as_posix(): Template(path.read_text(encoding="utf-8")).substitute(words)
        for path in sorted(root.rglob("*.yaml"))
    }
    for kind in schema.KINDS:
        files[f"{SCHEMA_FOLDER}/{kind}.schema.json"] = schema.text(schema.schema(kind))
    return files
