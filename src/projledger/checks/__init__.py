"""One function per check: Workspace → findings. A new check is a function in one of these files and one entry here."""

from __future__ import annotations

from datetime import date
from typing import Final

from projledger.checks import closing, cycles, references
from projledger.checks.inspection import Inspection
from projledger.checks.rule import Check
from projledger.diagnostics import Finding, Rule
from projledger.models.workspace import Workspace

CHECKS: Final[tuple[Check, ...]] = (
    references.unknown_person,
    references.unknown_unit,
    references.unknown_party,
    references.unknown_chain,
    references.unknown_node,
    references.unknown_indicator,
    references.unknown_scope,
    references.unknown_project,
    references.unknown_task,
    references.unknown_item,
    references.unknown_decision,
    references.unknown_category,
    references.unknown_rules,
    references.unknown_term,
    references.unknown_timezone,
    references.unknown_country,
    cycles.dependency_cycle,
    closing.no_owner,
)

RULES: Final[tuple[Rule, ...]] = tuple(one.rule for one in CHECKS)
"""The codes that checks can emit, with their documentation."""


def run(workspace: Workspace, as_of: date, strict: bool = False) -> list[Finding]:
    """Everything the checks find, check by check; `strict` adds those of completeness."""
    inspection = Inspection(workspace, as_of)
    return [finding for one in CHECKS if strict or not one.rule.strict for finding in one.find(inspection)]
