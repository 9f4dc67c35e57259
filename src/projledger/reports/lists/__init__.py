"""`list services|factors|funding|meetings|assets|awards`: the other ledgers of the office as tables, one file each."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields
from datetime import date
from importlib import import_module
from typing import Any

from projledger.analysis.selection import Filter
from projledger.document import Document
from projledger.errors import UsageError
from projledger.i18n import _, listing
from projledger.reports import Query


def compute(query: Query) -> Any:
    """The list asked for; its result says in `what` which it is."""
    return import_module(f"{__name__}.{query.options['what']}").compute(query)


def document(result: Any) -> Document:
    """The list as people read it."""
    page: Document = import_module(f"{__name__}.{result.what}").document(result)
    return page


def refuse_all_but(query: Query, allowed: Collection[str]) -> None:
    """Refuse filters that a list cannot take.

    Raises:
        UsageError: a filter was given that is not one of `allowed` (fields of `Filter`).
    """
    nothing = Filter()
    given = [f.name for f in fields(Filter) if getattr(query.filter, f.name) != getattr(nothing, f.name)]
    wrong = [f"--{'class' if name == 'size' else name}" for name in given if name not in allowed]
    if wrong:
        takes = listing([f"--{name}" for name in allowed]) or _("no filter")
        raise UsageError(
            _("list {what} does not take {options}; it takes {takes}").format(
                what=query.options["what"], options=listing(wrong), takes=takes
            )
        )


def span(query: Query) -> tuple[date, date]:
    """The days asked for; without `--since` from the first day of the year, and never beyond the day of the report."""
    until = min(query.filter.until or query.as_of, query.as_of)
    return query.filter.since or date(until.year, 1, 1), until
