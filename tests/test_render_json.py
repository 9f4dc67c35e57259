"""The contract of JSON: numbers that are numbers, stable order, nothing unsafe on a terminal."""

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import NamedTuple

import pytest
from pydantic import BaseModel

from projledger.calendar import Period
from projledger.render import RENDERERS, Options
from sample_document import DOCUMENT, ENVELOPE

JSON = next(renderer for renderer in RENDERERS if renderer.name == "json")


class Light(Enum):
    RED = "red"


class Place(NamedTuple):
    file: str
    line: int


class Unit(BaseModel):
    id: str
    head: str | None = None


@dataclass(frozen=True)
class Moved:
    from_: date
    rate: Fraction
    amount: Decimal
    light: Light
    place: Place
    unit: Unit
    scopes: frozenset[str]
    counts: dict[str, Decimal]
    none: None = None
    yes: bool = True


def dump(data: object) -> str:
    output = JSON.load().render(DOCUMENT, data, ENVELOPE, Options())
    assert isinstance(output, str)
    return output


def test_the_envelope_and_every_type():
    moved = Moved(
        date(2024, 5, 31),
        Fraction(541, 1000),
        Decimal("4.20934"),
        Light.RED,
        Place("projects/一.yaml", 3),
        Unit(id="u1"),
        frozenset({"b", "a"}),
        {"三亿": Decimal("30000.00"), "third": Decimal("1e3")},
    )
    assert (
        dump((moved,))
        == """\
{
  "schema_version": 1,
  "command": "status",
  "workspace": "清河县",
  "as_of": "2024-06-11",
  "revision": "3f2a1c9",
  "dirty": true,
  "left_out": [
    "projects/坏.yaml"
  ],
  "data": [
    {
      "from": "2024-05-31",
      "rate": 0.541,
      "amount": 4.20934,
      "light": "red",
      "place": {
        "file": "projects/一.yaml",
        "line": 3
      },
      "unit": {
        "id": "u1",
        "head": null
      },
      "scopes": [
        "a",
        "b"
      ],
      "counts": {
        "三亿": 30000,
        "third": 1000
      },
      "none": null,
      "yes": true
    }
  ]
}
"""
    )


def test_fractions_read_back_as_the_nearest_float():
    assert json.loads(dump(Fraction(163, 366)))["data"] == 163 / 366
    assert "0.4453551912568306" in dump(Fraction(163, 366))


def test_periods_are_written_as_in_the_ledgers_also_as_keys():
    periods = [Period.parse(text) for text in ("2024", "2024-H1", "2024-Q2", "2024-05", "2024-W24")]
    assert json.loads(dump(periods))["data"] == ["2024", "2024-H1", "2024-Q2", "2024-05", "2024-W24"]
    assert json.loads(dump({Period.parse("2024-06"): 500}))["data"] == {"2024-06": 500}


@pytest.mark.parametrize("text", ["\x1b[31m", "\x9b31m", "\u202e", "\u2028", "\ud800", "\U000e0041", "\ufeff", "\x7f"])
def test_unsafe_characters_are_escaped_and_read_back(text):
    output = dump(text)
    assert text not in output
    assert json.loads(output)["data"] == text


def test_what_has_no_meaning_outside_the_program_is_refused():
    with pytest.raises(TypeError, match="no JSON for object"):
        dump([object()])
