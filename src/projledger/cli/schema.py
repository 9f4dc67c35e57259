"""`schema`: the JSON Schema of each kind of file, for editors and for other programs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from projledger import errors
from projledger.cli.output import write_atomically
from projledger.cli.session import Session
from projledger.i18n import _, listing
from projledger.models.letters import Letters
from projledger.models.place import Assets, Chains, LogFile, Meetings, People, Targets
from projledger.models.project import Project
from projledger.models.rules import RulePack
from projledger.models.settings import Settings

KINDS: Final[dict[str, type[BaseModel]]] = {
    "settings": Settings,
    "people": People,
    "chains": Chains,
    "targets": Targets,
    "meetings": Meetings,
    "log": LogFile,
    "assets": Assets,
    "letters": Letters,
    "project": Project,
    "rules": RulePack,
}


def run(session: Session) -> int:
    """Print the schema of one kind, or of all; or write all of them into a folder."""
    folder = session.values.get("write")
    kind = session.values.get("kind")
    if folder is not None:
        Path(folder).mkdir(parents=True, exist_ok=True)
        for name in KINDS:
            write_atomically(Path(folder) / f"{name}.schema.json", text(schema(name)).encode())
        return 0
    if kind is None:
        session.output.emit(text({name: schema(name) for name in KINDS}))
    elif kind in KINDS:
        session.output.emit(text(schema(kind)))
    else:
        raise errors.UsageError(
            _("no kind of file is called “{name}”; one of: {choices}").format(name=kind, choices=listing(KINDS))
        )
    return 0


def text(value: Any) -> str:
    """JSON as it is printed and committed."""
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


class _Schema(GenerateJsonSchema):
    """Pydantic's schema of a model, said the way a ledger is written."""

    # A default such as Decimal(40) has no JSON form; the documentation prints defaults, the schema need not.
    ignored_warning_kinds = {"skipped-choice", "non-serializable-default"}  # noqa: RUF012 - pydantic's own name


def schema(kind: str) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a kind of file, with descriptions in the language in use.

    An empty value equals an absent key, so whatever is not required may be null.
    """
    made = KINDS[kind].model_json_schema(by_alias=True, mode="validation", schema_generator=_Schema)
    for part in (made, *made.get("$defs", {}).values()):
        _as_written(part)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"urn:projledger:{kind}", **made}


def _as_written(part: dict[str, Any]) -> None:
    """Translate the descriptions of one object, and let its optional keys be empty."""
    first = " ".join(part.get("description", "").split("\n\n")[0].split())
    part["description"] = _(first)
    required = set(part.get("required", ()))
    for key, value in part.get("properties", {}).items():
        description = _(value.pop("description", ""))
        value.pop("default", None)
        value.pop("title", None)
        branches = value["anyOf"] if list(value) == ["anyOf"] else [value]
        if key not in required and {"type": "null"} not in branches:
            branches = [*branches, {"type": "null"}]
        new = branches[0] if len(branches) == 1 else {"anyOf": branches}
        part["properties"][key] = {"description": description, **new}
