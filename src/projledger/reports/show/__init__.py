"""`show REF`: everything the ledgers say about one project (its one-enterprise-one-account sheet) or one item."""

from __future__ import annotations

import difflib

from projledger import errors
from projledger.analysis.assessment import assess
from projledger.document import Document
from projledger.reports import Query
from projledger.reports.show.item import item_page, item_sheet
from projledger.reports.show.page import project_page
from projledger.reports.show.result import ItemSheet, Sheet
from projledger.reports.show.sheet import project_sheet


def compute(query: Query) -> Sheet | ItemSheet:
    """The sheet of a project, or of one item."""
    workspace, as_of = query.workspace, query.as_of
    ref = str(query.options["ref"])
    item = workspace.items.get(ref)
    if item is None:
        raise errors.UnknownReferenceError(ref, tuple(difflib.get_close_matches(ref, workspace.items, 3)))
    assessment = assess(workspace, as_of)
    if item.kind == "project" and item.project is not None:
        return project_sheet(query, assessment, item.project)
    return item_sheet(query, assessment, item)


def document(result: Sheet | ItemSheet) -> Document:
    """The sheet as people read it."""
    return item_page(result) if isinstance(result, ItemSheet) else project_page(result)
