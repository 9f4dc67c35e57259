"""A rule pack: which light a published rule set gives, as data.

The language is thresholds, streaks and worst-wins; nothing is evaluated. A clause compares one measure with one value
and gives one light. What each measure counts is said in `MEASURES`; a measure that has nothing to count (a task that
is not overdue) takes no part, so no clause can fire on it.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Any, Final, Literal

from pydantic import Field
from pydantic_core import core_schema

from projledger.i18n import N_
from projledger.models.types import SCALAR, Id, Light, Line, Number, Record, whole

SHIPPED: Final = ("default", "sanya-2022", "suqian", "wuhan", "xinhuang", "yinchuan-2025")
"""The packs that come with the program, in `rules/`."""

Measure = Literal[
    "overdue_days",
    "overdue_workdays",
    "due_soon_days",
    "float",
    "late_start_days",
    "stalled_days",
    "blocked",
    "stage_missed_days",
    "start_missed_days",
    "behind_points",
    "behind_share",
    "pace_ratio",
    "month_ratio",
    "statistics_months",
    "budget_funds_short",
    "unreported",
]
Subject = Literal[
    "overdue",
    "due_soon",
    "float",
    "late_start",
    "stalled",
    "blocked",
    "stage",
    "start",
    "pace",
    "statistics",
    "funds",
    "unreported",
]
SUBJECTS: Final[dict[Measure, Subject]] = {
    "overdue_days": "overdue",
    "overdue_workdays": "overdue",
    "due_soon_days": "due_soon",
    "float": "float",
    "late_start_days": "late_start",
    "stalled_days": "stalled",
    "blocked": "blocked",
    "stage_missed_days": "stage",
    "start_missed_days": "start",
    "behind_points": "pace",
    "behind_share": "pace",
    "pace_ratio": "pace",
    "month_ratio": "pace",
    "statistics_months": "statistics",
    "budget_funds_short": "funds",
    "unreported": "unreported",
}
"""What each measure is about. A pack replaces the default clauses on the same subject."""

MEASURES: Final[dict[Measure, str]] = {
    "overdue_days": N_("Calendar days after the deadline in force, or after a statutory limit"),
    "overdue_workdays": N_("The same in workdays"),
    "due_soon_days": N_("Days until the deadline, once it is within thresholds.due_soon"),
    "float": N_("Workdays between forecast and latest finish, once it is negative"),
    "late_start_days": N_("Calendar days after the planned or the latest start, while nothing was started"),
    "stalled_days": N_("Days since the last dated fact, once over thresholds.stalled"),
    "blocked": N_("Open problems and overdue predecessors that hold a task up"),
    "stage_missed_days": N_("Days after the planned date of a stage that was not reached"),
    "start_missed_days": N_("The same for the start of construction alone"),
    "behind_points": N_("Points behind the pace: 100 × (pace − completion)"),
    "behind_share": N_("Share of the pace that is missing: 1 − completion ÷ pace"),
    "pace_ratio": N_("Completion ÷ pace"),
    "month_ratio": N_("The month's own amount ÷ the month's share of the target"),
    "statistics_months": N_("Calendar months since the start of construction without entry into the statistics"),
    "budget_funds_short": N_("Budget money planned to be paid by now and not paid, in the money unit"),
    "unreported": N_("1 where a dated fact or a figure is due and nothing was reported"),
}


class BothLanguages(Record):
    """A text in both languages."""

    en: Line = Field(description=N_("English"))
    zh: Line = Field(description=N_("Chinese"))

    def said(self, language: str) -> str:
        """The text in a language; English for any that it does not stand in."""
        return self.zh if language == "zh" else self.en


class OneOrBoth:
    """Reads a text in both languages, or one line for both: what a place wrote for itself needs no translation."""

    def __call__(self, value: Any) -> Any:
        """The text in both languages; anything but one line goes on as it is."""
        return {"en": value, "zh": value} if isinstance(value, str) else value

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> core_schema.CoreSchema:
        return core_schema.no_info_before_validator_function(self, handler(source))

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        return {"anyOf": [{"type": SCALAR}, handler(schema["schema"])]}


class Clause(Record):
    """One clause: a measure, a comparison and the light it gives."""

    id: Id = Field(description=N_("Id of the clause, unique in the pack"))
    text: BothLanguages = Field(description=N_("The rule in words"))
    source: Annotated[BothLanguages, OneOrBoth()] = Field(
        description=N_("Where the rule was published; one line, or one for each language")
    )
    measure: Measure = Field(description=N_("What is measured"))
    op: Literal["<", "<=", ">", ">=", "=="] = Field(description=N_("How it is compared"))
    value: Number = Field(description=N_("With what"))
    light: Light = Field(description=N_("Light it gives"))
    streak: Annotated[int, whole(1, 36)] = Field(
        1, description=N_("Consecutive calendar months it must hold, the current one included")
    )
    scope: Literal["all", "unit", "chain", "project"] | None = Field(
        None, description=N_("Only targets of this kind of scope")
    )

    @property
    def subject(self) -> Subject:
        """What it is about."""
        return SUBJECTS[self.measure]

    def holds(self, measured: int | Fraction) -> bool:
        """Whether the comparison holds, exactly."""
        value = Fraction(self.value)
        match self.op:
            case "<":
                return measured < value
            case "<=":
                return measured <= value
            case ">":
                return measured > value
            case ">=":
                return measured >= value
            case "==":
                return measured == value


class RulePack(Record):
    """A set of clauses; the worst light wins."""

    title: Annotated[BothLanguages, OneOrBoth()] | None = Field(
        None,
        description=N_("What people call these rules; one line, or one for each language; default the file's name"),
    )
    clauses: tuple[Clause, ...] = Field(description=N_("Clauses"))

    def over(self, default: RulePack) -> RulePack:
        """These clauses with the default ones on other subjects; what says grey always stays."""
        replaced = {clause.subject for clause in self.clauses} - {"unreported"}
        kept = (c for c in default.clauses if c.subject not in replaced and c not in self.clauses)
        return RulePack.model_construct(title=self.title, clauses=(*self.clauses, *kept))
