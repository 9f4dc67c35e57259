"""What a light is counted from: each value with its words and its place."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Final

from projledger.analysis.assessment import Assessment
from projledger.calendar import day_text
from projledger.diagnostics import Place
from projledger.frozen import frozen
from projledger.i18n import N_, _
from projledger.models.place import Decision
from projledger.models.project import Factor, Problem, Project, Stage, Task
from projledger.models.workspace import SETTINGS_FILE, Item, Workspace
from projledger.quantities import MONEY_UNITS, money_text, number_text
from projledger.reports.parts.reasons import Names
from projledger.reports.parts.words import STATUS_WORDS, measure_word, workdays

FACT_WORDS: Final = {
    "started": N_("begun"),
    "updated": N_("updated"),
    "done": N_("done"),
    "raised": N_("raised"),
    "responded": N_("responded"),
    "submitted": N_("submitted"),
    "closed": N_("closed"),
    "reopened": N_("reopened"),
    "actual": N_("stage reached"),
    "log": N_("log entry"),
    "report": N_("figure reported"),
}


@frozen
class Given:
    """Something a light was counted from. `name` is its key in the ledger, `place` where it stands (or belongs)."""

    name: str
    value: str | int | Decimal | date | None
    text: str
    place: Place | None = None


@frozen
class Account:
    """How one clause came to fire: what went in, the arithmetic in sentences, and what would end it."""

    inputs: tuple[Given, ...]
    arithmetic: tuple[str, ...]
    mend: str


class Inputs:
    """Says what an assessment knows, in words, and where it stands."""

    def __init__(self, assessment: Assessment) -> None:
        self.workspace: Workspace = assessment.workspace
        self.as_of = assessment.as_of
        self.names = Names(self.workspace, assessment.standings)

    def day(self, day: date | None) -> str:
        """A day as people say it."""
        return day_text(day, self.as_of) if day is not None else "—"

    def amount(self, amount: Decimal | Fraction, measure: str) -> str:
        """A figure with its measure; a fraction of one is rounded to two decimals."""
        if isinstance(amount, Fraction):
            exact = Decimal(amount.numerator) / Decimal(amount.denominator)
            amount = round(exact, 2)
        if measure in MONEY_UNITS:
            return money_text(amount, measure)
        return _("{number} {measure}").format(number=number_text(amount), measure=measure_word(measure))

    def today(self) -> Given:
        """The day of judgement; with its place when the settings freeze it."""
        frozen = self.workspace.settings.as_of == self.as_of
        return Given("as_of", self.as_of, self.day(self.as_of), Place(SETTINGS_FILE, ("as_of",)) if frozen else None)

    def field(self, item: Item, value: date | int | str | Decimal | None, *path: str | int) -> Given:
        """A field of an item; a fact dated after the day of judgement is not known yet."""
        if isinstance(value, date) and value > self.as_of and path[-1] in FACT_WORDS:
            value = None
        text = self.day(value) if isinstance(value, date) else "—" if value is None else self._said(value, path[-1])
        name = ".".join(str(part) for part in path if isinstance(part, str))
        return Given(name, value, text, Place(item.place.file, (*item.place.path, *path)))

    def claimed(self, task: Task) -> int | None:
        """The progress of a task that was reported by the day, or without one."""
        return task.progress if task.updated is None or task.updated <= self.as_of else None

    def _said(self, value: int | str | Decimal, key: str | int) -> str:
        """A value in the reader's words: the ledgers' own words are for ledgers."""
        match key, value:
            case "duration", int():
                return workdays(value)
            case "progress", int():
                return _("{n} %").format(n=value)
            case "status", str():
                return _(STATUS_WORDS[value])
            case "verified_by" | "owner", str():
                return self.workspace.party_name(value)
            case _, Decimal():
                return number_text(value)
            case _:
                return str(value)

    def setting(self, value: int, text: str, *path: str) -> Given:
        """A threshold of the settings; without a place where the default stands."""
        holder: object = self.workspace.settings
        for key in path:
            if key not in getattr(holder, "model_fields_set", ()):
                return Given(".".join(path), value, _("{text} (default)").format(text=text))
            holder = getattr(holder, key)
        return Given(".".join(path), value, text, Place(SETTINGS_FILE, path))

    def deadline(self, item: Item) -> list[Given]:
        """The original deadline (of a stage: the plan) and, where it was extended, the extension in force."""
        record = item.record
        if isinstance(record, Factor | Decision):
            return [self.field(item, record.deadline, "deadline")]
        assert isinstance(record, Task | Problem | Stage)
        key, original = ("plan", record.plan) if isinstance(record, Stage) else ("deadline", record.deadline)
        found = [self.field(item, original, key)]
        approved = [(e.date, number) for number, e in enumerate(record.extensions) if e.date <= self.as_of]
        if approved:
            _dated, number = max(approved, key=lambda pair: pair[0])
            found.append(self.field(item, record.extensions[number].to, "extensions", number, "to"))
        return found

    def pauses(self, project: Project | None, since: date, until: date) -> list[Given]:
        """The pauses whose days were left out between two days."""
        if project is None:
            return []
        found = []
        for number, pause in enumerate(project.pauses):
            end = pause.to or date.max
            if pause.from_ <= until and end > since:
                place = self.workspace.place_of(project, "pauses", number)
                text = _("from {day}, no end yet").format(day=self.day(pause.from_))
                if pause.to is not None:
                    text = _("{first} to {last}").format(first=self.day(pause.from_), last=self.day(pause.to))
                found.append(Given("pauses", pause.from_, text, place))
        return found

    def off_days(self, project: Project | None, since: date | None, until: date | None) -> list[Given]:
        """What else counts in the workdays after `since` and up to `until`, or the other way round.

        The pauses of the project, and the own days off and workdays of the settings outside of them: whoever counts
        along with the country's calendar would be out by these.
        """
        if since is None or until is None:
            return []
        first, last = sorted((since, until))
        written = self.workspace.settings.calendar
        found = self.pauses(project, first, last)
        for day, worked in self.workspace.calendar.own(first + timedelta(days=1), last).items():
            if project is None or not project.paused_on(day):
                key, days = ("workdays", written.workdays) if worked else ("holidays", written.holidays)
                place = Place(SETTINGS_FILE, ("calendar", key, days.index(day)))
                found.append(Given(f"calendar.{key}", day, self.day(day), place))
        return found

    def around_pauses(self, said: str, project: Project | None, since: date | None, until: date | None) -> str:
        """A count of workdays in words, with a word about the pauses that it steps over."""
        if since is None or until is None or not self.pauses(project, *sorted((since, until))):
            return said
        return _("{counted} Days of pause are left out.").format(counted=said)

    def factor(self, item: Item, factor: Factor) -> list[Given]:
        """What is needed of a factor and what is secured."""

        def given(name: str, amount: Decimal | None) -> Given:
            text = self.quantity(amount, factor) if amount is not None else "—"
            return Given(name, amount, text, Place(item.place.file, (*item.place.path, name)))

        return [given("needed", factor.needed), given("secured", factor.secured)]

    def short(self, factor: Factor) -> str:
        """What is still to be secured of a factor."""
        return self.quantity(factor.needed - (factor.secured or 0), factor)

    def quantity(self, amount: Decimal, factor: Factor) -> str:
        """An amount of a factor, with its measure where it has one."""
        return self.amount(amount, factor.measure) if factor.measure is not None else number_text(amount)


def eve(day: date | None) -> date | None:
    """The day before the first one that is counted."""
    return day - timedelta(days=1) if day is not None else None
