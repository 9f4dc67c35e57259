"""Every code that `check` can show, with its documentation: what `--list` and `--explain` print."""

from __future__ import annotations

from projledger import checks, load, source
from projledger.diagnostics import Rule, Severity


def rules() -> tuple[Rule, ...]:
    """The rules of reading, typing and checking, by code."""
    return tuple(sorted((*source.RULES, *load.RULES, *checks.RULES), key=lambda rule: rule.code))


def severities() -> dict[str, Severity]:
    """The severity of each code."""
    return {rule.code: rule.severity for rule in rules()}
