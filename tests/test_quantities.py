"""What ledgers say of dates, money and numbers, and what they may not say."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from projledger import i18n
from projledger.quantities import (
    MONEY_UNITS,
    Unreadable,
    days_text,
    money_text,
    number_text,
    parse_day,
    parse_money,
    parse_number,
    parse_percent,
    parse_whole,
    parse_workdays,
    parse_yes_no,
    percent_text,
    points_text,
)


@pytest.fixture
def chinese() -> Iterator[None]:
    i18n.use("zh")
    yield
    i18n.use("en")


def refused(parse: Callable[[str], object], text: str) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        parse(text)
    return caught.value


# --- dates ------------------------------------------------------------------------------------------------------------


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_every_day_is_read_and_only_once(day: date) -> None:
    assert parse_day(day.isoformat()) == day
    assert parse_day(day.isoformat()) is parse_day(day.isoformat())


@pytest.mark.parametrize(
    "text",
    [
        "2024-2-9",
        "2024/02/09",
        "2024/2/9",
        "2024.2.9",
        "2024年2月9日",
        "2024年02月09",
        "20240209",
        "２０２４-０２-０９",
        "2024－02－09",
        " 2024-02-09",
        "2024-02-09 00:00:00",
        "2024-02-09T08:00:00+08:00",
        "2024 年 2 月 9 日",
    ],
)
def test_other_ways_of_writing_a_date_are_corrected(text: str) -> None:
    error = refused(parse_day, text)
    assert error.code == "bad-date"
    assert error.message == f"“{' '.join(text.split())}” is not written as dates are"
    assert error.help == "write 2024-02-09"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("2024-02-30", "“2024-02-30” is not a date: February 2024 has 29 days"),
        ("2023-02-29", "“2023-02-29” is not a date: February 2023 has 28 days"),
        ("2024/6/31", "“2024/6/31” is not a date: June 2024 has 30 days"),
        ("2024-12-32", "“2024-12-32” is not a date: December 2024 has 31 days"),
        ("2024-06-00", "“2024-06-00” is not a date: June 2024 has 30 days"),
        ("2024-13-01", "“2024-13-01” is not a date: there is no month 13"),
        ("2024-00-01", "“2024-00-01” is not a date: there is no month 0"),
        ("0000-01-01", "“0000-01-01” is not a date this program keeps: the year must lie between 1900 and 2199"),
        ("1899-12-31", "“1899-12-31” is not a date this program keeps: the year must lie between 1900 and 2199"),
        ("2200-01-01", "“2200-01-01” is not a date this program keeps: the year must lie between 1900 and 2199"),
        ("明天", "“明天” is not a date"),
        ("", "“” is not a date"),
        ("24-02-09", "“24-02-09” is not a date"),
        ("2024-W06-5", "“2024-W06-5” is not a date"),
        ("2024-06", "“2024-06” is not a date"),
        ("x" * 50, f"“{'x' * 37}...” is not a date"),
    ],
)
def test_what_is_no_date(text: str, message: str) -> None:
    error = refused(parse_day, text)
    assert (error.code, error.message) == ("bad-date", message)
    assert error.help == "write the date as YYYY-MM-DD, for example 2024-02-09"
    assert str(error) == message


@given(st.text(max_size=40) | st.from_regex(r"[0-9０-９]{1,5}[-/年.].{0,3}[-/月.]?.{0,3}", fullmatch=True))
def test_any_text_is_a_date_or_explained(text: str) -> None:
    try:
        day = parse_day(text)
    except Unreadable as error:
        fine = error.message and error.help
    else:
        fine = day.isoformat() == text
    assert fine


@pytest.mark.usefixtures("chinese")
def test_dates_are_explained_in_chinese() -> None:
    assert refused(parse_day, "2024-02-30").message == "“2024-02-30”不是日期：2024年2月只有29天"
    assert refused(parse_day, "2024-2-9").help == "请写成2024-02-09"


# --- money ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("30000", "30000"),
        ("30 000", "30000"),
        ("30,000", "30000"),
        ("1,234,567.5", "1234567.5"),
        ("1.5", "1.5"),
        ("0", "0"),
        ("1.50", "1.5"),
        ("3亿元", "30000"),
        ("3亿", "30000"),
        ("3 亿元", "30000"),
        ("5600万", "5600"),
        ("5600 万元", "5600"),
        ("5,600万元", "5600"),
        ("3千万", "3000"),
        ("3百万元", "300"),
        ("1.2万亿元", "120000000"),
        ("300元", "0.03"),
        ("5千元", "0.5"),
        ("1亿2000万元", "12000"),
        ("1亿2000万", "12000"),
        ("1亿2000万5000元", "12000.5"),
        ("1.623 billion yuan", "162300"),
        ("1.623 Billion Yuan", "162300"),
        ("66 million", "6600"),
        ("66million yuan", "6600"),
        ("20 thousand yuan", "2"),
        ("12,000 yuan", "1.2"),
    ],
)
def test_money_in_ten_thousand_yuan(text: str, amount: str) -> None:
    read = parse_money(text, "万元")
    assert read == Decimal(amount)
    assert str(read) == amount


# 5600万 is 56 million yuan.
@pytest.mark.parametrize(
    ("unit", "amount"),
    [
        ("元", "56000000"),
        ("千元", "56000"),
        ("万元", "5600"),
        ("百万元", "56"),
        ("亿元", "0.56"),
        ("yuan", "56000000"),
        ("thousand yuan", "56000"),
        ("million yuan", "56"),
        ("billion yuan", "0.056"),
    ],
)
def test_money_in_each_unit(unit: str, amount: str) -> None:
    assert str(parse_money("5600万", unit)) == str(parse_money("56 million yuan", unit)) == amount
    assert parse_money("7.5", unit) == Decimal("7.5")


def test_every_unit_is_tried() -> None:
    assert len(MONEY_UNITS) == 9


@pytest.mark.parametrize(
    "text",
    [
        "nan",
        "inf",
        "-inf",
        "Infinity",
        "1e5",
        "1E5",
        "1_000",
        "",
        " ",
        "元",
        "万元",
        "亿",
        "-",
        ".5",
        "5.",
        "1.2.3",
        "1,00",
        "1,0000",
        "1,000 000",
        "+5",
        "1亿2",
        "1亿2000",
        "1亿20000万",
        "1亿1亿",
        "2000万1亿",
        "1.5亿2000万",
        "1亿元2000万元",
        "3亿美元",
        "3 dollars",
        "billion",
        "yuan",
        "3 million 万",
        "三亿元",
        "0x10",
        "約3亿",
        "3亿元左右",
        "1" * 31,
        "٣亿",
    ],
)
def test_what_is_no_money(text: str) -> None:
    error = refused(lambda text: parse_money(text, "万元"), text)
    assert error.code == "bad-money"
    assert error.message.endswith("is not an amount of money") or text == "-inf" or text == "-"
    assert error.help == "write 30000 or 1.5 (in 万元), or with its unit: 3亿元, 5600万, 1.623 billion yuan"


@pytest.mark.parametrize(
    ("text", "correct"),
    [
        ("３亿元", "3亿元"),
        ("3 亿 元", "3亿元"),
        ("30，000", "30,000"),
        (" 5600万", "5600万"),
        ("1亿 2000万", "1亿2000万"),
    ],
)
def test_money_of_a_chinese_keyboard_is_corrected(text: str, correct: str) -> None:
    assert refused(lambda text: parse_money(text, "万元"), text).help == f"write {correct}"
    assert parse_money(correct, "万元")


@pytest.mark.parametrize("text", ["1" * 16, "0.00000000001", "9999999999999999亿元", "0.0000001元"])
def test_money_beyond_exact_sums_is_refused(text: str) -> None:
    error = refused(lambda text: parse_money(text, "万元"), text)
    assert error.message == f"“{text}” has more digits than an amount of money can have"


def test_negative_money_only_where_it_makes_sense() -> None:
    assert parse_money("-5", "万元", allow_negative=True) == -5
    assert parse_money("-1.5亿元", "万元", allow_negative=True) == -15000
    assert refused(lambda text: parse_money(text, "万元"), "-5").message == (
        "“-5” is not an amount: it cannot be negative here"
    )
    for text in ("--5", "-", "- 5", "5-"):
        refused(lambda text: parse_money(text, "万元", allow_negative=True), text)


SCALES = {"": None, "元": 0, "千元": 3, "万": 4, "万元": 4, "百万": 6, "千万元": 7, "亿": 8, "亿元": 8}
ENGLISH_SCALES = {" yuan": 0, " thousand yuan": 3, " million": 6, " billion yuan": 9}


@given(
    st.integers(0, 99_999_999),
    st.integers(0, 4),
    st.sampled_from(sorted(SCALES | ENGLISH_SCALES)),
    st.sampled_from(sorted(MONEY_UNITS)),
    st.booleans(),
)
def test_money_is_exact(digits: int, decimals: int, scale: str, unit: str, grouped: bool) -> None:
    number = Decimal(digits).scaleb(-decimals)
    text = (f"{number:,f}" if grouped else f"{number:f}") + scale
    power = (SCALES | ENGLISH_SCALES)[scale]
    exact = Fraction(digits, 10**decimals) * (1 if power is None else Fraction(10) ** (power - MONEY_UNITS[unit]))
    assume(exact < 10**15 and (exact * 10**10).denominator == 1)
    assert Fraction(parse_money(text, unit)) == exact


@given(st.text(max_size=35) | st.from_regex(r"-?[0-9 ,.]{0,8}[亿万千元 ]{0,3}[0-9.]{0,6}[万元]{0,2}", fullmatch=True))
def test_any_text_is_money_or_explained(text: str) -> None:
    try:
        amount = parse_money(text, "万元")
    except Unreadable as error:
        fine = error.message and error.help
    else:
        fine = 0 <= amount < 10**15
    assert fine


# Each amount once in each language: 162 300 万元 is the published 1.623 billion yuan.
MONEY_WORDS = [
    ("162300", "1.623 billion yuan", "16.23亿元"),
    ("5600", "56 million yuan", "5600万元"),
    ("320", "3.2 million yuan", "320万元"),
    ("3000000", "30 billion yuan", "300亿元"),
    ("10293.4", "102.934 million yuan", "10293.4万元"),
    ("42093.4", "420.934 million yuan", "42093.4万元"),
    ("10290", "102.9 million yuan", "1.029亿元"),
    ("10000", "100 million yuan", "1亿元"),
    ("1", "10,000 yuan", "1万元"),
    ("0.5", "5,000 yuan", "5000元"),
    ("0", "0 yuan", "0元"),
    ("0.00015", "1.5 yuan", "1.5元"),
    ("-5600", "-56 million yuan", "-5600万元"),
    # No unit says these exactly: two decimals of the smaller unit, and never up to a sum that was not reached.
    ("133606.557", "1,336.07 million yuan", "133606.56万元"),
    ("9999.999999", "99,999,999.99 yuan", "99999999.99元"),
    ("99999.9999999", "999,999,999.99 yuan", "99999.99万元"),
    ("1.2345678", "12,345.68 yuan", "12345.68元"),
]


@pytest.mark.parametrize(("amount", "english", "_chinese"), MONEY_WORDS)
def test_money_in_english(amount: str, english: str, _chinese: str) -> None:
    assert money_text(Decimal(amount), "万元") == english


@pytest.mark.usefixtures("chinese")
@pytest.mark.parametrize(("amount", "_english", "spoken"), MONEY_WORDS)
def test_money_in_chinese(amount: str, _english: str, spoken: str) -> None:
    assert money_text(Decimal(amount), "万元") == spoken


def test_money_text_of_other_units() -> None:
    assert money_text(Decimal("1.623"), "billion yuan") == money_text(Decimal("16.23"), "亿元") == "1.623 billion yuan"


@given(st.decimals(0, 10**9, places=2), st.sampled_from(sorted(MONEY_UNITS)))
def test_what_is_said_of_money_reads_back_as_nearly_the_same(amount: Decimal, unit: str) -> None:
    said = money_text(amount, unit)
    again = parse_money(said, unit)
    # Never further off than half of the last digit said, which is at most a hundredth of the unit named.
    step = {"b": 7, "m": 4, "y": -2}[said.split()[1][0]]
    assert abs(again - amount).scaleb(MONEY_UNITS[unit]) <= Decimal(1).scaleb(step)


# --- numbers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", "12"),
        ("-3.5", "-3.5"),
        ("12,000", "12000"),
        ("12 000", "12000"),
        ("0.50", "0.5"),
        ("-0", "0"),
        ("007", "7"),
    ],
)
def test_numbers(text: str, number: str) -> None:
    assert str(parse_number(text)) == number


@pytest.mark.parametrize(
    ("text", "help"),
    [
        ("nan", "write digits, for example 12000 or 3.5"),
        ("1e5", "write digits, for example 12000 or 3.5"),
        ("1_000", "write digits, for example 12000 or 3.5"),
        ("3亿元", "write digits, for example 12000 or 3.5"),
        ("", "write digits, for example 12000 or 3.5"),
        ("9" * 31, "write digits, for example 12000 or 3.5"),
        ("３０", "write 30"),
        ("280人", "write 280"),
        ("1.2万人", "write 12000"),
        ("30 亩", "write 30"),
        ("−3", "write -3"),
        ("50%", "write 50"),
    ],
)
def test_what_is_no_number(text: str, help: str) -> None:
    error = refused(parse_number, text)
    assert (error.code, error.help) == ("bad-number", help)


def test_whole_numbers() -> None:
    assert parse_whole("42") == 42
    assert parse_whole("-7") == -7
    assert parse_whole("1,000") == 1000
    assert parse_whole("0", 0, 100) == 0
    assert parse_whole("100", 0, 100) == 100


@pytest.mark.parametrize(
    ("text", "low", "high", "message", "help"),
    [
        ("101", 0, 100, "“101” is out of range", "write a whole number from 0 to 100"),
        ("-1", 0, 100, "“-1” is out of range", "write a whole number from 0 to 100"),
        ("0", 1, None, "“0” is out of range", "write a whole number, 1 or more"),
        ("5", None, 4, "“5” is out of range", "write a whole number, 4 or less"),
        ("3.5", None, None, "“3.5” is not a whole number", "write a whole number"),
        ("x", 0, 100, "“x” is not a whole number", "write a whole number from 0 to 100"),
        ("30%", 0, 100, "“30%” is not a whole number", "write 30"),
        ("３０", 0, 100, "“３０” is not a whole number", "write 30"),
        ("130%", 0, 100, "“130%” is not a whole number", "write a whole number from 0 to 100"),
        ("30.0", 0, 100, "“30.0” is not a whole number", "write 30"),
    ],
)
def test_what_is_no_whole_number(text: str, low: int | None, high: int | None, message: str, help: str) -> None:
    error = refused(lambda text: parse_whole(text, low, high), text)
    assert (error.code, error.message, error.help) == ("bad-number", message, help)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        *((text, True) for text in ("true", "True", "YES", "yes", "是")),
        *((text, False) for text in ("false", "FALSE", "no", "No", "否")),
    ],
)
def test_yes_and_no(text: str, answer: bool) -> None:
    assert parse_yes_no(text) is answer


@pytest.mark.parametrize("text", ["", "on", "off", "1", "0", "y", "n", "对", "是的", "null", "~", "ｙｅｓ"])
def test_what_is_neither_yes_nor_no(text: str) -> None:
    error = refused(parse_yes_no, text)
    assert (error.code, error.help) == ("bad-yes-no", "write yes or no (是, 否)")


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("14.1%", Fraction(141, 1000)),
        ("-3 %", Fraction(-3, 100)),
        ("+9.56%", Fraction(956, 10000)),
        ("100%", Fraction(1)),
        ("14.1％", Fraction(141, 1000)),
        ("1,250%", Fraction(25, 2)),
    ],
)
def test_percentages(text: str, rate: Fraction) -> None:
    assert parse_percent(text) == rate


def test_what_is_no_percentage() -> None:
    for text in ("14.1", "0.141", "%", "x%", "nan%", "1e3%", "14.1%%", "", "1" * 30 + "%"):
        error = refused(parse_percent, text)
        assert (error.code, error.help) == ("bad-percent", "write the number with its sign, for example 14.1%")
    assert refused(parse_percent, "－３％").help == "write -3%"


@pytest.mark.parametrize(
    ("text", "workdays"),
    [
        ("10", 10),
        ("0", 0),
        ("10d", 10),
        ("10 d", 10),
        ("1 day", 1),
        ("10 days", 10),
        ("10 workdays", 10),
        ("10天", 10),
        ("10日", 10),
        ("10个工作日", 10),
        ("10工作日", 10),
        ("2w", 10),
        ("2W", 10),
        ("2 weeks", 10),
        ("2周", 10),
        ("2个星期", 10),
        ("9999", 9999),
    ],
)
def test_durations(text: str, workdays: int) -> None:
    assert parse_workdays(text) == workdays


@pytest.mark.parametrize("text", ["", "-1", "1.5", "1.5d", "2m", "2个月", "d", "十天", "1e3", "２周"])
def test_what_is_no_duration(text: str) -> None:
    error = refused(parse_workdays, text)
    assert error.code == "bad-duration"
    assert error.message == f"“{text}” is not a duration"
    assert error.help == "write whole workdays, for example 10, 10d or 10天; a week (2w, 2周) is five"


@pytest.mark.parametrize("text", ["10000", "2000w", "999999999"])
def test_durations_have_an_end(text: str) -> None:
    assert refused(parse_workdays, text).message == f"“{text}” is too long: at most 9999 workdays"


# --- for people -------------------------------------------------------------------------------------------------------


def test_numbers_in_english() -> None:
    assert [number_text(value) for value in (0, 12000, -1234567, Decimal("12000.50"), Decimal("1E+3"))] == [
        "0",
        "12,000",
        "-1,234,567",
        "12,000.5",
        "1,000",
    ]
    assert [number_text(value) for value in (Fraction(1, 3), Fraction(5, 2), Fraction(-2, 3), Fraction(-1, 999))] == [
        "0.33",
        "2.5",
        "-0.67",
        "0",
    ]
    assert number_text(Fraction(12000)) == "12,000"
    assert number_text(Decimal("0.0000001")) == "0.0000001"


@pytest.mark.usefixtures("chinese")
def test_numbers_in_chinese() -> None:
    assert [number_text(value) for value in (12000, Decimal("12000.50"), Decimal("1E+3"))] == [
        "12000",
        "12000.5",
        "1000",
    ]


# 162 300 of 300 000 is 54.1 %; of 125 000, 129.84 %. 163 of 366 days is 44.54 %: 9.56 points ahead; 5/12: 12.43.
def test_published_rates() -> None:
    assert percent_text(Fraction(162300, 300000)) == "54.1%"
    assert percent_text(Fraction(162300, 125000), 2) == "129.84%"
    assert percent_text(Fraction(163, 366), 2) == "44.54%"
    assert points_text(100 * (Fraction(162300, 300000) - Fraction(163, 366)), 2) == "+9.56"
    assert points_text(100 * (Fraction(162300, 300000) - Fraction(5, 12)), 2) == "+12.43"
    assert percent_text(Fraction(141, 1000), signed=True) == "+14.1%"


def test_halves_go_away_from_zero_and_zero_has_no_sign() -> None:
    assert percent_text(Fraction(5, 10000)) == "0.1%"
    assert percent_text(Fraction(-5, 10000)) == "-0.1%"
    assert percent_text(Fraction(-4, 10000), signed=True) == "0.0%"
    assert points_text(Fraction(4, 100)) == "0.0"
    assert points_text(Fraction(-32, 10)) == "-3.2"
    assert points_text(Fraction(32, 10), signed=False) == "3.2"
    assert percent_text(Fraction(1, 2), digits=0, signed=True) == "+50%"
    assert percent_text(Fraction(10), digits=0, signed=True) == "+1000%"


@given(st.fractions(-10, 10, max_denominator=10_000), st.integers(0, 3))
def test_rounding_is_that_of_decimal(rate: Fraction, digits: int) -> None:
    said = Fraction(percent_text(rate, digits).rstrip("%"))
    assert abs(said - rate * 100) <= Fraction(1, 2 * 10**digits)


def test_lengths_of_time() -> None:
    assert [days_text(1), days_text(4), days_text(1, workdays=True), days_text(4, workdays=True)] == [
        "1 day",
        "4 days",
        "1 workday",
        "4 workdays",
    ]


@pytest.mark.usefixtures("chinese")
def test_lengths_of_time_in_chinese() -> None:
    assert [days_text(1), days_text(4, workdays=True)] == ["1天", "4个工作日"]


def test_a_date_is_parsed_once() -> None:
    first = date(2100, 1, 1)
    texts = [(first + timedelta(days=n)).isoformat() for n in range(50)]
    parse_day.cache_clear()
    for _ in range(3):
        for text in texts:
            parse_day(text)
    assert parse_day.cache_info().misses == len(texts)
