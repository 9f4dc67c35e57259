"""One function per check: Workspace → findings. A new check is a function in one of these files and one entry here."""

from __future__ import annotations

from datetime import date
from typing import Final

from projledger.checks import closing, completeness, cycles, dates, duplicates, figures, references, settings
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
    duplicates.duplicate_id,
    duplicates.reserved_id,
    duplicates.duplicate_number,
    duplicates.duplicate_target,
    duplicates.duplicate_report,
    cycles.dependency_cycle,
    cycles.parent_cycle,
    dates.done_before_started,
    dates.done_before_start,
    dates.deadline_before_start,
    dates.deadline_before_raised,
    dates.before_raised,
    dates.closed_before_submitted,
    dates.late_response,
    dates.earlier_extension,
    dates.extension_order,
    dates.extension_without_plan,
    dates.stage_order,
    dates.stage_plan_order,
    dates.handed_over_early,
    dates.pause_order,
    dates.reply_before_issue,
    dates.decision_before_meeting,
    dates.term_order,
    closing.no_owner,
    closing.quoted_name,
    closing.several_owners,
    closing.progress_without_done,
    closing.done_unfinished,
    closing.closed_without_evidence,
    closing.closed_without_verifier,
    closing.verifier_is_owner,
    closing.undated_status,
    figures.one_figure,
    figures.foreign_scope,
    figures.report_dates,
    figures.falling_ytd,
    figures.target_value,
    figures.target_plan,
    figures.falling_payments,
    figures.paid_over_awarded,
    figures.fund_overdrawn,
    settings.merged_months,
    settings.ladder_twice,
    settings.no_chief,
    settings.unknown_filter,
    settings.calendar_day_twice,
    settings.duplicate_clause,
    completeness.service_slots,
    completeness.stage_without_owner,
    completeness.missing_figure,
    completeness.no_duration,
    completeness.undated_progress,
    completeness.done_without_evidence,
    completeness.cleared_without_decision,
    completeness.difficult_without_lead,
    completeness.no_stage,
    completeness.no_investment,
    completeness.no_category,
    completeness.owner_left,
    completeness.future_fact,
)

RULES: Final[tuple[Rule, ...]] = tuple(one.rule for one in CHECKS)
"""The codes that checks can emit, with their documentation."""


def run(workspace: Workspace, as_of: date, strict: bool = False) -> list[Finding]:
    """Everything the checks find, check by check; `strict` adds those of completeness."""
    inspection = Inspection(workspace, as_of)
    return [finding for one in CHECKS if strict or not one.rule.strict for finding in one.find(inspection)]
