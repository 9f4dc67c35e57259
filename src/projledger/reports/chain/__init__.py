"""`chain`: the chain chief's page, first of all what is asked of the chief; without an id all chains in one table."""

from __future__ import annotations

from projledger.document import Document
from projledger.reports.chain.figures import compute
from projledger.reports.chain.overview import overview
from projledger.reports.chain.page import chief_page
from projledger.reports.chain.result import Result

__all__ = ["Result", "compute", "document"]


def document(result: Result) -> Document:
    """The page of one chief, or every chain in one table."""
    return chief_page(result, result.chains[0]) if result.one else overview(result)
