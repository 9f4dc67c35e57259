"""What a check is: a function over the workspace whose docstring is the documentation of its code.

A docstring has, with an empty line after each: what the check does; `Why: …`; `Example:`; a few indented lines of YAML
that the check finds; `Remedy: …`. `check --explain` prints them, and the documentation of the checks is made of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from inspect import cleandoc

from projledger.checks.inspection import Inspection
from projledger.diagnostics import Finding, Rule, Severity
from projledger.frozen import frozen

Finder = Callable[[Inspection], Iterable[Finding]]


@frozen
class Check:
    """One code of the catalogue with the function that finds it."""

    rule: Rule
    find: Finder


def check(code: str, severity: Severity, *, strict: bool = False) -> Callable[[Finder], Check]:
    """Make a check of a function: its findings carry `code`, its docstring is the rule's documentation.

    Args:
        code: stable, in lower case with hyphens.
        severity: `error` for what is certainly wrong, `warning` for what may have a good reason.
        strict: looked for only with `check --strict` (completeness).
    """

    def made(find: Finder) -> Check:
        return Check(Rule(code, severity, cleandoc(find.__doc__ or ""), strict=strict), find)

    return made
