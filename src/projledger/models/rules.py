"""A rule pack: which light a published rule set gives, as data."""

from typing import Annotated, Literal

from pydantic import Field

from projledger.i18n import N_
from projledger.models.types import Id, Light, Line, Number, Record, whole

Subject = Literal[
    "pace", "stage", "overdue", "due_soon", "statistics", "funds", "float", "activity", "blocked", "start"
]


class BothLanguages(Record):
    """A text in both languages."""

    en: Line = Field(description=N_("English"))
    zh: Line = Field(description=N_("Chinese"))


class Clause(Record):
    """One clause: a measure, a comparison and the light it gives."""

    id: Id = Field(description=N_("Id of the clause, unique in the pack"))
    text: BothLanguages = Field(description=N_("The rule in words"))
    source: Line = Field(description=N_("Where the rule was published"))
    measure: Id = Field(description=N_("What is measured"))
    op: Literal["<", "<=", ">", ">=", "=="] = Field(description=N_("How it is compared"))
    value: Number = Field(description=N_("With what"))
    light: Light = Field(description=N_("Light it gives"))
    streak: Annotated[int, whole(1, 36)] = Field(
        1, description=N_("Consecutive calendar months it must hold, the current one included")
    )


class RulePack(Record):
    """A set of clauses; the worst light wins."""

    clauses: tuple[Clause, ...] = Field(description=N_("Clauses"))
