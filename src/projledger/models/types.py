"""The types of single values, shared by every model.

The reader hands over text only; each type here says what it accepts, normalises it, and explains itself in an error
(a `PydanticCustomError` whose type is a stable code) and in the JSON Schema that editors use.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Annotated, Any, Final, Literal, get_args, get_origin

from pydantic import BaseModel, ConfigDict, ValidationInfo
from pydantic_core import PydanticCustomError, core_schema

from projledger import calendar, quantities
from projledger.frozen import frozen
from projledger.i18n import _

RefKind = Literal[
    "person", "unit", "party", "chain", "node", "indicator", "task", "project", "decision", "scope", "any", "category"
]


class Record(BaseModel):
    """The base of every model: unknown keys are errors, and nothing changes after reading.

    Validators are built when they are first used; defaults that are models are made with `model_construct`, which
    needs none. Both keep start-up short.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


@frozen
class Refers:
    """Marks a field as a reference, for the cross-reference checks and for completion."""

    to: RefKind


def refusal(error: quantities.Unreadable) -> PydanticCustomError:
    """Carry the code, message and remedy of a value that cannot be read through pydantic."""
    # The message is passed as a value, so that braces of a ledger's text are never taken for placeholders.
    return PydanticCustomError(
        error.code,
        "{message}",
        {"message": error.message, "help": error.help},
    )


def opened(annotation: Any) -> tuple[Any, tuple[Any, ...]]:
    """An annotation without `| None` and `Annotated`, and the metadata that it carried."""
    metadata: tuple[Any, ...] = ()
    while True:
        if get_origin(annotation) is Annotated:
            annotation, *more = get_args(annotation)
            metadata += tuple(more)
            continue
        arguments = [a for a in get_args(annotation) if a is not type(None)]
        if type(None) in get_args(annotation) and len(arguments) == 1:
            annotation = arguments[0]
            continue
        return annotation, metadata


STAND_IN: Final = "\U00010330"
"""Begins every text that stands for one that cannot be read: a Gothic letter, which may stand in an id."""


def _any_text(n: int) -> tuple[str, str]:
    return (f"{STAND_IN}{n}",) * 2


def _far_days(n: int) -> tuple[str, str]:
    days = timedelta(n % 18_000)
    return str(date(quantities.FIRST_YEAR, 1, 1) + days), str(date(quantities.LAST_YEAR, 12, 31) - days)


def _far_months(n: int) -> tuple[str, str]:
    years, months = divmod(n % 600, 12)
    return f"{quantities.FIRST_YEAR + years}-{months + 1:02}", f"{quantities.LAST_YEAR - years}-{12 - months:02}"


def without_stand_ins(text: str) -> str:
    """A text for people in which nothing shows of what stands for unreadable ids, names and periods."""
    return re.sub(rf"{STAND_IN}\d+|(?<![\d-])(?:19[0-4]|21[5-9])\d-\d\d(?![\d-])", "…", text)


@dataclass(frozen=True, slots=True, eq=False)
class Reads:
    """How a value is read from text, and what an editor may be told of it.

    One plain validator function per type: pydantic builds and runs it several times faster than a chain of
    annotations over a built-in type.

    `stand_ins` are two texts for a value that cannot be read: as far apart as its kind allows, and no two of different
    number alike (days, months, ids), so that whatever is true with both does not depend on it.
    """

    parse: Callable[[str], Any]
    json: dict[str, Any]
    stand_ins: Callable[[int], tuple[str, str]] = _any_text

    def __call__(self, value: Any) -> Any:
        """The value of a text; a list or mapping is refused."""
        if not isinstance(value, str):
            raise not_text(value)
        try:
            return self.parse(value.rstrip("\n"))  # the line break that ends a block scalar
        except quantities.Unreadable as error:
            raise refusal(error) from None

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(self)

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        return dict(self.json)


@dataclass(frozen=True, slots=True, eq=False)
class ReadsMoney:
    """As `Reads`, for amounts: bare numbers are in the `money_unit` of the validation context."""

    allow_negative: bool
    json: dict[str, Any]

    def stand_ins(self, _n: int) -> tuple[str, str]:
        """As those of `Reads`."""
        return f"-{_MUCH}" if self.allow_negative else "0", _MUCH

    def __call__(self, value: Any, info: ValidationInfo) -> Any:
        """The amount in the workspace's unit."""
        if not isinstance(value, str):
            raise not_text(value)
        unit = info.context["money_unit"] if info.context else "万元"
        try:
            return quantities.parse_money(value.rstrip("\n"), unit, allow_negative=self.allow_negative)
        except quantities.Unreadable as error:
            raise refusal(error) from None

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> core_schema.CoreSchema:
        return core_schema.with_info_plain_validator_function(self)

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        return dict(self.json)


def not_text(value: Any) -> PydanticCustomError:
    """A list or mapping where one value belongs."""
    found = _("a list") if isinstance(value, list) else _("a mapping")
    return refusal(
        quantities.Unreadable(
            "wrong-shape",
            _("one value belongs here, not {found}").format(found=found),
            _("write the value on the same line, after the key and a space"),
        )
    )


_RESERVED: Final = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?")


@lru_cache(maxsize=1 << 16)
def parse_id(text: str) -> str:
    """An id in NFC: letters of any script, digits, `.`, `-`, `_`; at most 64 characters; safe as a file name."""
    text = unicodedata.normalize("NFC", text)
    fits = len(text) <= 64 and all(c in "._-" or unicodedata.category(c)[0] in "LNM" for c in text)
    if not fits or text[:1] in (".", "-") or _RESERVED.fullmatch(text):
        raise quantities.Unreadable(
            "bad-id",
            _("“{text}” cannot be an id").format(text=text[:80]),
            _(
                "use at most 64 letters (of any script), digits, dots, hyphens and underscores, "
                "beginning with a letter, a digit or an underscore; not a device name such as CON"
            ),
        )
    return text


@lru_cache(maxsize=1 << 16)
def parse_name(text: str) -> str:
    """A name in NFC on one line, at most 255 characters."""
    text = unicodedata.normalize("NFC", text)
    if len(text) > 255 or "\n" in text:
        raise quantities.Unreadable(
            "bad-name-text",
            _("a name is one line of at most 255 characters"),
            _("shorten it, and put the rest into a note"),
        )
    return text


@lru_cache(maxsize=1 << 16)
def parse_ref(text: str) -> str:
    """A reference in NFC: ids joined by `/` (`T3`, `P001/T3`, `all/investment/2024`)."""
    parts = text.split("/")
    if len(parts) > 3:
        raise quantities.Unreadable(
            "bad-ref",
            _("“{text}” is not a reference").format(text=text[:80]),
            _("write P001, P001/T3, P001/Q1, P001/signed, P001/land, M3/D1 or all/investment/2024"),
        )
    try:
        return "/".join(parse_id(part) for part in parts)
    except quantities.Unreadable as error:
        raise quantities.Unreadable(
            "bad-ref",
            _("“{text}” is not a reference").format(text=text[:80]),
            _("write P001, P001/T3, P001/Q1, P001/signed, P001/land, M3/D1 or all/investment/2024"),
        ) from error


def _parse_month(text: str) -> calendar.Period:
    period = calendar.Period.parse(text)
    if period.kind != "month":
        raise quantities.Unreadable(
            "bad-period", _("“{text}” is not a month").format(text=text), _("write a month as 2024-05")
        )
    return period


def _parse_target_period(text: str) -> calendar.Period:
    period = calendar.Period.parse(text)
    if period.kind not in ("month", "quarter", "half", "year"):
        raise quantities.Unreadable(
            "bad-period",
            _("“{text}” is not the period of a target").format(text=text),
            _("write a year 2024, a half 2024-H1, a quarter 2024-Q2 or a month 2024-05"),
        )
    return period


_DAY_PATTERN: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
# An ASCII-only way to say "letters of any script" that every regex dialect of JSON Schema reads alike.
_ID_CHARACTER: Final = r"[^\s!-,/:-@\[-\^`{-~]"
_ID_PATTERN: Final = rf"^{_ID_CHARACTER}{{1,64}}$"
_REF_PATTERN: Final = rf"^{_ID_CHARACTER}{{1,64}}(/{_ID_CHARACTER}{{1,64}}){{0,2}}$"

SCALAR: Final = ["string", "number", "boolean"]  # an editor's YAML 1.2 reads `007` as a number; we do not

_MUCH: Final = "9" * 15

Line = Annotated[str, Reads(str, {"type": SCALAR})]
"""Free text."""
Name = Annotated[str, Reads(parse_name, {"type": SCALAR})]
"""A name: one line, at most 255 characters."""
Id = Annotated[str, Reads(parse_id, {"type": ["string", "number"], "pattern": _ID_PATTERN})]
Ref = Annotated[str, Reads(parse_ref, {"type": ["string", "number"], "pattern": _REF_PATTERN})]
Day = Annotated[
    date,
    Reads(quantities.parse_day, {"type": "string", "pattern": _DAY_PATTERN, "examples": ["2024-06-05"]}, _far_days),
]
Money = Annotated[
    Decimal,
    ReadsMoney(False, {"type": ["number", "string"], "minimum": 0, "examples": [30000, "3亿元", "1.623 billion yuan"]}),
]
"""An amount of money, not negative, in the workspace's `money_unit`."""
Amount = Annotated[Decimal, ReadsMoney(True, {"type": ["number", "string"], "examples": [30000, "3亿元", "5600万"]})]
"""A figure of an indicator, in its `measure`; money written with a unit comes in the workspace's `money_unit`."""
Number = Annotated[
    Decimal, Reads(quantities.parse_number, {"type": ["number", "string"]}, lambda _n: (f"-{_MUCH}", _MUCH))
]
Percent = Annotated[
    Fraction,
    Reads(
        quantities.parse_percent,
        {"type": "string", "pattern": r"^[+-]?[0-9.]+ ?[%％]$", "examples": ["14.1%"]},
        lambda _n: (f"-{_MUCH}%", f"{_MUCH}%"),
    ),
]
"""A rate with its sign `%`; kept as an exact fraction (14.1% is 141/1000)."""
YesNo = Annotated[
    bool,
    Reads(
        quantities.parse_yes_no,
        {"enum": [True, False, "yes", "no", "是", "否", "true", "false"]},
        lambda _n: ("no", "yes"),
    ),
]
Workdays = Annotated[
    int,
    Reads(
        quantities.parse_workdays,
        {"type": ["integer", "string"], "minimum": 0, "examples": [15, "10天", "2w"]},
        lambda _n: ("0", str(quantities.LONGEST_DURATION)),
    ),
]
"""A duration in workdays."""
Month = Annotated[
    calendar.Period, Reads(_parse_month, {"type": "string", "pattern": r"^[0-9]{4}-[0-9]{2}$"}, _far_months)
]
TargetPeriod = Annotated[
    calendar.Period,
    Reads(
        _parse_target_period,
        {"type": ["string", "integer"], "pattern": r"^[0-9]{4}(-(H[12]|Q[1-4]|[0-9]{2}))?$", "examples": ["2024-H1"]},
        _far_months,
    ),
]
AnyPeriod = Annotated[
    calendar.Period,
    Reads(
        calendar.Period.parse,
        {"type": ["string", "integer"], "examples": ["2024", "2024-Q2", "2024-05", "2024-W24"]},
        _far_months,
    ),
]


def whole(low: int, high: int) -> Reads:
    """Reads a whole number from `low` to `high`, both included."""
    schema = {"type": ["integer", "string"], "minimum": low, "maximum": high}
    ends = str(low), str(high)

    # A ledger says the same few numbers again and again; what cannot be read is not remembered.
    @lru_cache(maxsize=1 << 10)
    def parse(text: str) -> int:
        return quantities.parse_whole(text.removesuffix("%"), low, high)

    return Reads(parse, schema, lambda _n: ends)


Count = Annotated[int, whole(0, 10**9)]
Progress = Annotated[int, whole(0, 100)]
"""Percent done; a `%` after it does no harm."""
Level = Annotated[int, whole(1, 4)]
MonthDay = Annotated[int, whole(1, 28)]
"""A day that every month has."""

Person = Annotated[Name, Refers("person")]
Unit = Annotated[Name, Refers("unit")]
Party = Annotated[Name, Refers("party")]
"""A unit or a person."""
ChainId = Annotated[Id, Refers("chain")]
ProjectId = Annotated[Id, Refers("project")]
Scope = Annotated[Name, Refers("scope")]
"""A unit, a chain, or `all`."""
IndicatorId = Annotated[Id, Refers("indicator")]

Light = Literal["red", "yellow", "grey", "blue", "green"]
LIGHTS: Final[tuple[Light, ...]] = ("red", "yellow", "grey", "blue", "green")
"""Worst first."""
PeriodKind = Literal["day", "week", "month", "quarter", "half", "year"]
Category = Literal["land", "finance", "energy", "labour", "approval", "relocation", "other"]
FactorName = Literal["land", "finance", "energy", "labour"]
StageName = Literal["reserve", "negotiating", "signed", "started", "completed", "producing", "full_capacity"]
STAGES: Final[tuple[StageName, ...]] = (
    "reserve",
    "negotiating",
    "signed",
    "started",
    "completed",
    "producing",
    "full_capacity",
)
FACTORS: Final[tuple[FactorName, ...]] = ("land", "finance", "energy", "labour")
ActionKind = Literal["reminder", "letter", "interview", "criticism", "accountability", "clearing"]
