"""What ledgers say of dates, money and numbers, and what they may not say."""

from datetime import date
from decimal import Decimal

import pytest

from projledger.quantities import Unreadable, parse_day, parse_money


def test_a_day_is_read_once() -> None:
    assert parse_day("2024-02-09") == date(2024, 2, 9)
    assert parse_day("2024-02-09") is parse_day("2024-02-" + str(9).zfill(2))


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("30000", "30000"),
        ("30 000", "30000"),
        ("30,000", "30000"),
        ("1.5", "1.5"),
        ("3亿元", "30000"),
        ("3亿", "30000"),
        ("5600万", "5600"),
        ("5600 万元", "5600"),
        ("1.623 billion yuan", "162300"),
        ("66 million", "6600"),
        ("1亿2000万元", "12000"),
    ],
)
def test_money_in_ten_thousand_yuan(text: str, amount: str) -> None:
    assert parse_money(text, "万元") == Decimal(amount)


@pytest.mark.parametrize("text", ["nan", "inf", "1e5", "1_000", "", "-5", "1亿2", "1亿20000万", "1,00"])
def test_what_is_no_money(text: str) -> None:
    with pytest.raises(Unreadable):
        parse_money(text, "万元")
