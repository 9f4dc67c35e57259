"""What pydantic says of a ledger, as findings that a clerk understands."""

from __future__ import annotations

import typing
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from projledger.diagnostics import Finding, Path, Place
from projledger.i18n import _, joined, listing
from projledger.models.types import opened


def findings(error: ValidationError, name: str, model: type[BaseModel]) -> Iterator[Finding]:
    """The findings in a pydantic error, each at its place."""
    for detail in error.errors(include_url=False, include_context=True):
        path: Path = tuple(part for part in detail["loc"] if part != "[key]")
        on_key = "[key]" in detail["loc"] or detail["type"] == "extra_forbidden"
        yield _finding(detail, name, path, on_key, model)


def _meant(text: str, known: Collection[str]) -> list[str]:
    """The one word of the format that reports say as `text`, where they do."""
    from projledger.reports.parts import traces, words  # only for faults

    tables: tuple[Mapping[Any, str], ...] = (
        *(words.CATEGORY_WORDS, words.STATUS_WORDS, words.TASK_KIND_WORDS, words.ACTION_WORDS, words.FUNDING_WORDS),
        *(words.LOG_WORDS, words.TEAM_WORDS, words.STAGE_WORDS, words.LIGHT_WORDS, traces.FIELD_WORDS),
    )
    said = {_(text_): word for table in tables for word, text_ in table.items() if word in known}
    text = text.strip()
    # 专项债 stands for 专项债券, where nothing else begins like that.
    close = (
        [said[text]] if text in said else [one for word, one in said.items() if len(text) > 1 and word.startswith(text)]
    )
    return close if len(close) == 1 else []


def meant_key(key: str, known: list[str]) -> list[str]:
    """The key that was probably meant by one that is unknown; none where nothing is close."""
    import difflib  # only for faults

    return _meant(key, known) or difflib.get_close_matches(key, known, 1)


def _finding(detail: ErrorDetails, name: str, path: Path, on_key: bool, model: type[BaseModel]) -> Finding:
    kind = detail["type"]
    key = next((str(part) for part in reversed(path) if isinstance(part, str)), "")
    place = Place(name, path, "key" if on_key else "value")
    if kind == "missing":
        keys = listing(_required(_model_at(model, path[:-1])))
        return Finding(
            "missing-key",
            Place(name, path[:-1], "mapping"),
            _("{key} is missing").format(key=key),
            _("add a line “{key}: …”; an empty value counts as missing; required here: {keys}").format(
                key=key, keys=keys
            ),
        )
    if kind == "extra_forbidden":
        known = keys_of(_model_at(model, path[:-1]))
        close = meant_key(key, known)
        help_ = (
            _("did you mean {key}?").format(key=close[0])
            if close
            else _("known here: {keys}").format(keys=listing(known))
        )
        return Finding("unknown-key", place, _("nothing here is called “{key}”").format(key=key[:80]), help_)
    if kind == "literal_error":
        choices = str(detail["ctx"]["expected"]).replace(" or ", ", ").replace("'", "")
        found = detail["input"]
        if isinstance(found, str):
            return Finding(
                "bad-choice",
                place,
                _("{key}: “{text}” is not one of its values").format(key=key, text=found[:80]),
                joined(
                    *(_("did you mean {key}?").format(key=meant) for meant in _meant(found, choices.split(", "))),
                    _("one of: {choices}").format(choices=listing(choices.split(", "))),
                ),
            )
        return _wrong_shape(place, key, found, _("one word: {choices}").format(choices=choices))
    context = detail.get("ctx", {})
    if "message" in context:
        message = str(context["message"])
        return Finding(
            kind,
            place,
            _("{key}: {problem}").format(key=key, problem=message) if key else message,
            str(context.get("help", "")),
        )
    wanted = {
        "tuple_type": _("a list: [a, b], or one “- …” a line"),
        "dict_type": _("a mapping: “key: value” lines, indented below"),
        "model_type": _("a mapping: “key: value” lines, indented below"),
        "model_attributes_type": _("a mapping: “key: value” lines, indented below"),
    }.get(kind, str(detail["msg"]))
    return _wrong_shape(place, key, detail["input"], wanted)


def _wrong_shape(place: Place, key: str, found: object, wanted: str) -> Finding:
    shapes: dict[type, str] = {dict: _("a mapping"), list: _("a list"), str: _("one value")}
    return Finding(
        "wrong-shape",
        place,
        _("{key}: {found} stands where something else belongs").format(
            key=key, found=shapes.get(type(found), str(type(found)))
        ),
        _("write {wanted}").format(wanted=wanted),
    )


def _model_at(model: type[BaseModel], path: Path) -> type[BaseModel] | None:
    """The model that describes the mapping at `path`; None where it is a free mapping."""
    here: Any = model
    for part in path:
        if isinstance(here, type) and issubclass(here, BaseModel):
            if isinstance(part, int):
                return None
            by_key = {info.alias or name: info.annotation for name, info in here.model_fields.items()}
            here = opened(by_key.get(part))[0]
        else:
            origin, arguments = typing.get_origin(here), typing.get_args(here)
            if origin is dict:
                here = opened(arguments[1])[0]
            elif origin is tuple:
                here = opened(arguments[0])[0]
            else:
                return None
    return here if isinstance(here, type) and issubclass(here, BaseModel) else None


def keys_of(model: type[BaseModel] | None) -> list[str]:
    """The keys of a mapping, as they stand in a ledger."""
    return [info.alias or name for name, info in model.model_fields.items()] if model else []


def _required(model: type[BaseModel] | None) -> list[str]:
    return [info.alias or name for name, info in model.model_fields.items() if info.is_required()] if model else []
