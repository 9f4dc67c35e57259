"""The reports: one file each, one entry in `REPORTS` each.

A report module has

- `compute(query) -> result`: a frozen dataclass whose field names are the keys of the JSON `data`;
- `document(result) -> Document`: what people read; it takes the result alone;
- where the report has an `--exit-code` option, `found(result) -> bool`.

Its command, its row in the CLI reference and its place in every format come from its entry here. Modules are
imported when they are run, not before.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol, cast

from projledger.diagnostics import Place
from projledger.errors import UsageError
from projledger.frozen import frozen
from projledger.i18n import N_, _, listing

if TYPE_CHECKING:  # the registry is read by every command, also by those that need no model
    from projledger.analysis.changes import Versions
    from projledger.analysis.selection import Filter
    from projledger.analysis.timeline import Walk
    from projledger.document import Document
    from projledger.models.project import Task
    from projledger.models.workspace import Workspace

Group = Literal["look", "ledgers", "assess", "trace", "keep"]
GROUPS: Final[tuple[tuple[Group, str], ...]] = (
    ("look", N_("Look")),
    ("ledgers", N_("Ledgers")),
    ("assess", N_("Assess")),
    ("trace", N_("Trace")),
    ("keep", N_("Keep")),
)


@frozen
class Option:
    """One option or argument of a command, as data.

    `kind`: `text`, `flag`, `day` (YYYY-MM-DD), `whole` (a number >= 0), `choice` (one of `choices`), `texts` (any
    number of arguments). `words` are what else the choices may be called, one each, translated. An argument has no
    dashes; `completes` names what a shell completes it with.
    """

    name: str
    help: str
    kind: Literal["text", "flag", "day", "whole", "choice", "texts"] = "text"
    choices: tuple[str, ...] = ()
    metavar: str = ""
    argument: bool = False
    required: bool = False
    words: tuple[str, ...] = ()
    completes: Literal["", "ref", "project", "chain", "owner", "unit", "view", "code", "file"] = ""


@frozen
class CommandSpec:
    """A command: its name, its place in the help, its options, and the module that does it.

    `filters`: takes the project filters; `dated`: takes `--since` and `--until`; `looks_back`: may ask for the history.
    """

    name: str
    group: Group
    help: str
    module: str
    options: tuple[Option, ...] = ()
    filters: bool = False
    dated: bool = False
    looks_back: bool = False


class Witness(Protocol):
    """What git knows of the ledgers, for the reports that ask; nothing is read before they do.

    Every method raises a `GitError` where there is no history to look at.
    """

    def walk(self) -> Walk:
        """The life of every entry, with what slips and flags look at."""

    def walk_of(self, files: Collection[str]) -> Walk:
        """The same for the entries that stand in some files now, wherever they stood before."""

    def trace(self, ref: str) -> Walk:
        """The life of one entry (or of a project with what it holds), with every field."""

    def tasks_on(self, day: date, refs: Collection[str]) -> Mapping[str, Task]:
        """Tasks as the ledgers told them at the end of a day gone by, as far as the history holds them."""

    def versions(self) -> Versions:
        """The two versions that a comparison is about; the later one is the workspace itself."""


@dataclass(frozen=True)
class Query:
    """What a report is asked: the workspace, the day, the filters, its own options.

    `options` holds every option of the report by its name (`finish_by` for `--finish-by`), None where it was not
    given; `line_of` tells the line of a place (for `why`); `witness` tells the history.
    """

    workspace: Workspace
    as_of: date
    filter: Filter
    options: Mapping[str, Any] = field(default_factory=dict)
    line_of: Callable[[Place], int] = lambda place: 1
    witness: Witness | None = None

    def history(self) -> Witness:
        """What git knows, for a report of nothing else.

        Raises:
            UsageError: nothing is known.
        """
        if self.witness is None:
            raise UsageError(_("there is no history to look at"))
        return self.witness

    def several(self, option: str, choices: Collection[str] | Mapping[str, str]) -> tuple[str, ...]:
        """The values of an option that takes several of some choices, separated by commas; none means all.

        Choices with their words, still to be translated, may be asked for by those too.

        Raises:
            UsageError: a value is not one of the choices.
        """
        if not isinstance(choices, Mapping):
            choices = dict.fromkeys(choices, "")
        parts = separated(self.options.get(option))
        return chosen(option, parts, {choice: (_(word),) for choice, word in choices.items()}) if parts else ()


def separated(text: str | None) -> tuple[str, ...]:
    """The values in a list by commas, Chinese ones too; empty where nothing was given."""
    return tuple(part.strip() for part in (text or "").replace("，", ",").split(",") if part.strip())


def chosen(option: str, parts: Collection[str], choices: Mapping[str, Collection[str]]) -> tuple[str, ...]:
    """The choices that were asked for, by themselves or by one of the words that reports have for them.

    Raises:
        UsageError: a part is neither, or there is none.
    """
    said = {word: choice for choice, words in choices.items() for word in words if word}
    unknown = [part for part in parts if part not in choices and part not in said]
    if unknown or not parts:
        message = _("--{option}: “{text}” is not one of: {choices}")
        raise UsageError(message.format(option=option, text=listing(unknown), choices=listing(choices)))
    return tuple(part if part in choices else said[part] for part in parts)


_FEW: Final = 12
"""Names that a message still lists, where none of them comes close."""


def require_known(option: str, parts: Collection[str], names: Collection[str], left_out: Collection[str]) -> None:
    """See to it that every part is one of the names that the workspace has.

    Raises:
        UsageError: with the names that come close, and the files in which it may stand, as nobody could read them.
    """
    unknown = next((part for part in parts if part not in names), None)
    if unknown is None:
        return
    from difflib import get_close_matches

    message = _("--{option}: nothing in this workspace is called “{text}”").format(option=option, text=unknown)
    close = get_close_matches(unknown, dict.fromkeys(names), 3, 0.5)
    if close:
        message += _("; did you mean {names}?").format(names=listing(close))
    elif 0 < len(dict.fromkeys(names)) <= _FEW:
        message += _("; there are: {names}").format(names=listing(dict.fromkeys(names)))
    if left_out:
        message += _("; what cannot be read was not looked into: {files}").format(files=listing(left_out))
    raise UsageError(message)


class ReportModule(Protocol):
    """What a report module offers."""

    def compute(self, query: Query) -> Any:
        """The result: every figure, no words that depend on a format."""

    def document(self, result: Any) -> Document:
        """What people read."""


REF: Final = Option("ref", N_("What to look at: P001, P001/T3, P001/Q1"), argument=True, completes="ref")

REPORTS: Final[tuple[CommandSpec, ...]] = (
    CommandSpec(
        "status",
        "look",
        N_("The place at a glance: who must act, targets, projects, problems, the next days"),
        "projledger.reports.status",
        filters=True,
    ),
    CommandSpec(
        "show",
        "look",
        N_("Everything about one project, task or problem"),
        "projledger.reports.show",
        options=(replace(REF, required=True),),
        looks_back=True,
    ),
    CommandSpec(
        "lagging",
        "look",
        N_("What lags, by how much, why, and whose it is; worst first"),
        "projledger.reports.lagging",
        options=(
            Option("by", N_("Group by"), kind="choice", choices=("owner", "unit", "chain", "project")),
            Option("reason", N_("Only these reasons: overdue, blocked, unreported …"), metavar="CODES"),
            Option("exit-code", N_("Exit with 1 when anything lags, for scheduled jobs"), kind="flag"),
        ),
        filters=True,
        looks_back=True,
    ),
    CommandSpec(
        "wallchart",
        "look",
        N_("Projects, or one project's tasks, against time: stages, progress, owners, lights, problems"),
        "projledger.reports.wallchart",
        options=(
            replace(REF, help=N_("The project whose tasks to show: P001")),
            Option("by", N_("Group by"), kind="choice", choices=("chain", "unit", "owner")),
            Option("from", N_("First day of the chart"), kind="day", metavar="DATE"),
            Option("to", N_("Last day of the chart"), kind="day", metavar="DATE"),
            Option(
                "zoom",
                N_("What the scale counts in; default month"),
                kind="choice",
                choices=("week", "month", "quarter"),
            ),
            Option("table", N_("As a table with the columns of a dispatch table, instead of the chart"), kind="flag"),
        ),
        filters=True,
    ),
    CommandSpec(
        "chain",
        "look",
        N_("The chain chief's page, what is asked of the chief first; without an id all chains in one table"),
        "projledger.reports.chain",
        options=(
            Option("id", N_("Which chain"), argument=True, completes="chain"),
            Option("annex", N_("Add everything for which the page has no room"), kind="flag"),
        ),
    ),
    CommandSpec(
        "schedule",
        "look",
        N_("Who must start what by when; whether deadlines can be met, and what would mend them"),
        "projledger.reports.schedule",
        options=(
            REF,
            Option("finish-by", N_("Plan a project back from this day, without changing the ledgers"), kind="day"),
        ),
        filters=True,
    ),
    CommandSpec(
        "why",
        "look",
        N_("Why something has its light: the clause, its source, the inputs with file and line, the arithmetic"),
        "projledger.reports.why",
        options=(
            Option(
                "ref",
                N_("What to look at: P001, P001/T3, P001/Q1, P001/signed, all/investment/2024, a unit"),
                argument=True,
                required=True,
                completes="ref",
            ),
        ),
    ),
    CommandSpec(
        "tasks",
        "ledgers",
        N_("The plan ledger: every task with its handler, deadline, progress and next step"),
        "projledger.reports.tasks",
        options=(
            Option("kind", N_("Only these kinds: milestone, approval, construction, decision, other")),
            Option("open", N_("Only what is not done"), kind="flag"),
            Option("overdue", N_("Only what is overdue"), kind="flag"),
        ),
        filters=True,
        dated=True,
    ),
    CommandSpec(
        "problems",
        "ledgers",
        N_("The problem ledger: ages, who must respond, close-out, and which leader takes what"),
        "projledger.reports.problems",
        options=(
            Option("about", N_("Only these: land, finance, energy, labour, approval, relocation, other")),
            Option("open", N_("Only what is not closed"), kind="flag"),
            Option("overdue", N_("Only what is overdue"), kind="flag"),
        ),
        filters=True,
        dated=True,
    ),
    CommandSpec(
        "owners",
        "ledgers",
        N_("Who carries how much: attached leaders, units and people; leaders whose projects show no activity"),
        "projledger.reports.owners",
        filters=True,
        dated=True,
    ),
    CommandSpec(
        "list",
        "ledgers",
        N_("Services, factors, funding, meetings, idle assets or awards, as tables with totals"),
        "projledger.reports.lists",
        options=(
            Option(
                "what",
                N_("services, factors, funding, meetings, assets or awards"),
                kind="choice",
                choices=("services", "factors", "funding", "meetings", "assets", "awards"),
                words=(N_("service"), N_("factor"), N_("money"), N_("meeting"), N_("idle assets"), N_("award")),
                argument=True,
                required=True,
            ),
        ),
        filters=True,
        dated=True,
    ),
    CommandSpec(
        "targets",
        "assess",
        N_("Completion against pace, and year on year"),
        "projledger.reports.targets",
        options=(
            Option("scope", N_("Only targets of these: all, units, chains, projects")),
            Option("unit", N_("Only targets of these units and their projects"), completes="unit"),
            Option("chain", N_("Only targets of these chains and their projects"), completes="chain"),
            Option("indicator", N_("Only these indicators")),
            Option("period", N_("Only targets of these periods: 2024, 2024-H1, 2024-Q2, 2024-05")),
            Option("light", N_("Only these lights: red, yellow, grey, blue, green")),
        ),
    ),
    CommandSpec(
        "escalate",
        "assess",
        N_("Which letters are due, on what ground, to whom; --draft writes one"),
        "projledger.reports.escalate",
        options=(Option("draft", N_("Write the letter about this item"), metavar="REF", completes="ref"),),
        filters=True,
    ),
    CommandSpec(
        "funnel",
        "assess",
        N_("From first contacts to full capacity: stock, events, amounts, conversion; the reserve and packages"),
        "projledger.reports.funnel",
        options=(Option("period", N_("Events of this period: 2024, 2024-H1, 2024-Q2, 2024-05; default this year")),),
        filters=True,
    ),
    CommandSpec(
        "ranking",
        "assess",
        N_("Horse racing: score and rank in each group, what moved them, red list, and the place among its peers"),
        "projledger.reports.ranking",
        options=(
            Option("period", N_("As of the end of this period: 2024-05, 2024-Q2, 2024-H1, 2024; default today")),
            Option("group", N_("Only these groups")),
        ),
    ),
    CommandSpec(
        "report",
        "assess",
        N_("The periodic report: day, week, month, quarter, half or year, to be read out as it stands"),
        "projledger.reports.report",
        options=(
            Option(
                "kind",
                N_("Which report: day, week, month, quarter, half (of a year) or year"),
                kind="choice",
                choices=("day", "week", "month", "quarter", "half", "year"),
                words=(N_("daily"), N_("weekly"), N_("monthly"), N_("quarterly"), N_("half-yearly"), N_("yearly")),
                argument=True,
                required=True,
            ),
            Option(
                "period",
                N_(
                    "2024-06-11, 2024-W24, 2024-05, 2024-Q2, 2024-H1 or 2024; default the day or week that is, "
                    "the last complete month, quarter, half or year"
                ),
                metavar="PERIOD",
            ),
        ),
        looks_back=True,
    ),
    CommandSpec(
        "diff",
        "trace",
        N_("What changed between two versions, in sentences, most serious first; default HEAD and the work tree"),
        "projledger.reports.diff",
        options=(
            Option("old", N_("Earlier revision; default HEAD"), metavar="[A]", argument=True),
            Option("new", N_("Later revision; default the work tree"), metavar="[B]", argument=True),
            Option("staged", N_("Compare what is staged"), kind="flag"),
            Option("flags-only", N_("Only what should be looked at twice"), kind="flag"),
            Option("exit-code", N_("Exit with 1 when there is a change"), kind="flag"),
        ),
        looks_back=True,
    ),
    CommandSpec(
        "history",
        "trace",
        N_("The life of a task, problem, project or target: every change, by whose commit, in its words"),
        "projledger.reports.history",
        options=(replace(REF, required=True),),
        dated=True,
        looks_back=True,
    ),
    CommandSpec(
        "slips",
        "trace",
        N_("The slip ledger: every deadline that moved, how far, how often, and what is doubtful about it"),
        "projledger.reports.slips",
        options=(
            Option("by", N_("Sum up by"), kind="choice", choices=("owner", "unit", "chain")),
            Option("flags-only", N_("Only what should be looked at twice"), kind="flag"),
            Option("exit-code", N_("Exit with 1 when there is a flag"), kind="flag"),
        ),
        filters=True,
        dated=True,
        looks_back=True,
    ),
)


def module_of(spec: CommandSpec) -> ReportModule:
    """Import the module of a report."""
    return cast(ReportModule, import_module(spec.module))
