"""JSON: the result itself, in the contract that other programs build on."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from projledger.calendar import Period
from projledger.render.safe import escaped

if TYPE_CHECKING:
    from projledger.document import Document
    from projledger.render import Envelope, Options

SCHEMA_VERSION: Final = 1


def render(document: Document, data: object, envelope: Envelope, options: Options) -> str:
    """`data` as JSON, within its envelope."""
    return enveloped(data, envelope)


def enveloped(data: object, envelope: Envelope) -> str:
    """`data` as JSON, within its envelope: for what is no report and has no document, such as findings."""
    whole = {
        "schema_version": SCHEMA_VERSION,
        "command": envelope.command,
        "workspace": envelope.workspace,
        "as_of": envelope.as_of.isoformat(),
        "revision": envelope.revision,
        "dirty": envelope.dirty,
        "left_out": list(envelope.left_out),
        "data": simple(data),
    }
    return escaped(json.dumps(whole, ensure_ascii=False, allow_nan=False, indent=2)) + "\n"


def simple(value: Any) -> Any:
    """`value` in the types that JSON has.

    Dataclasses, named tuples and models become objects in the order of their fields (a trailing underscore that only
    avoids a Python word is dropped: `from_` is `from`); other collections become lists, sets sorted. Numbers stay
    exact: an int where they are integral, else the shortest float that reads back the same.

    Raises:
        TypeError: for a type that has no meaning outside the program.
    """
    kind: type = type(value)
    if kind is str or kind is int or kind is bool or value is None:
        return value
    match value:
        case None | bool() | str() if not isinstance(value, Enum):
            return value
        case Enum():
            return simple(value.value)
        case int():
            return int(value)
        case float() | Decimal() | Fraction():
            return int(value) if value == int(value) else float(value)
        case date():
            return value.isoformat()
        case Period():
            return str(value)
        case dict():
            return {str(simple(key)): simple(item) for key, item in value.items()}
        case set() | frozenset():
            return sorted(simple(item) for item in value)
    names = _field_names(kind)
    if names is not None:
        return {name.rstrip("_"): simple(getattr(value, name)) for name in names}
    if isinstance(value, list | tuple):
        return [simple(item) for item in value]
    raise TypeError(f"no JSON for {type(value).__name__}")


@cache
def _field_names(kind: type) -> tuple[str, ...] | None:
    """The fields of a type whose values become objects."""
    if is_dataclass(kind):
        return tuple(field.name for field in fields(kind))
    if hasattr(kind, "__pydantic_fields__"):
        return tuple(kind.__pydantic_fields__)
    return getattr(kind, "_fields", None) if issubclass(kind, tuple) else None
