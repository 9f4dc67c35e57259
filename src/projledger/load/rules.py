"""The codes of typing, with their documentation; those of reading are in `source`."""

from __future__ import annotations

from typing import Final

from projledger.diagnostics import Rule
from projledger.i18n import N_


def _blocking(code: str, doc: str) -> Rule:
    return Rule(code, "error", doc, blocking=True)


RULES: Final = (
    _blocking(
        "missing-key",
        N_(
            """A required key is absent, or has no value: an empty value counts as an absent key.

Why: without its id, name or dates the item cannot be counted or shown, so its file is left out.

Example:

    name: Riverside footwear plant
    unit: furong-park

Remedy: add the line that is named; the finding lists every key that is required there."""
        ),
    ),
    _blocking(
        "unknown-key",
        N_(
            """A key that the ledger format does not have.

Why: a mistyped key would silently lose what is written behind it, a deadline for example.

Example:

    id: P001
    name: Riverside footwear plant
    unit: furong-park
    ower: lin

Remedy: correct the spelling; the finding names the closest key, or all that are known there."""
        ),
    ),
    _blocking(
        "wrong-shape",
        N_(
            """A list stands where one value belongs, or one value where a list or a mapping belongs.

Why: what was meant cannot be told, so the file is left out.

Example:

    tasks:
      - {id: T2, name: Frame, deadline: 2024-08-30, after: T1}

Remedy: write it in the shape that the finding names, here `after: [T1]`."""
        ),
    ),
    _blocking(
        "bad-choice",
        N_(
            """A word that is not one of the values its key can have.

Why: statuses, kinds and categories are counted, so each must be one of a known few.

Example:

    status: stopped

Remedy: write one of the words that the finding lists, here `suspended` or `cleared`."""
        ),
    ),
    _blocking(
        "bad-date",
        N_(
            """Something that is not a date written as YYYY-MM-DD, or a day that does not exist.

Why: a date that is guessed gives a wrong light; nothing is guessed.

Example:

    tasks:
      - {id: T1, name: Site levelling, deadline: 2024-02-30}

Remedy: write the day as 2024-02-29; the finding says what is wrong and, where it can be told, what to write."""
        ),
    ),
    _blocking(
        "bad-period",
        N_(
            """Something that is not a period, or not of the kind that belongs there (a month, the period of a target).

Why: figures are added up by period, so each must be known exactly.

Example:

    reports:
      - {indicator: investment, month: May 2024, ytd: 6400}

Remedy: write 2024, 2024-H1, 2024-Q2, 2024-05 or 2024-W24, here `month: 2024-05`."""
        ),
    ),
    _blocking(
        "bad-number",
        N_(
            """Something that is not a number, not a whole number, or out of the range of its key.

Why: a figure that cannot be read cannot be added up, and is never taken as zero.

Example:

    tasks:
      - {id: T1, name: Site levelling, deadline: 2024-06-28, progress: 120}

Remedy: write plain digits such as 12000 or 3.5, inside the limits that the finding names."""
        ),
    ),
    _blocking(
        "bad-money",
        N_(
            """Something that is not an amount of money, or a negative one where that makes no sense.

Why: an amount that is misread by a factor of ten thousand spoils every total.

Example:

    investment: about 3亿

Remedy: write 30000 (in the workspace's unit), 3亿元, 5600万 or 1.623 billion yuan."""
        ),
    ),
    _blocking(
        "bad-percent",
        N_(
            """A rate without its sign %, or something that is no rate at all.

Why: 14.1 and 0.141 both look like a rate; only the sign tells which is meant.

Example:

    reports:
      - {indicator: fai, month: 2024-05, ytd: 76800, yoy_reported: 0.114}

Remedy: write the number with its sign, here `yoy_reported: 11.4%`."""
        ),
    ),
    _blocking(
        "bad-duration",
        N_(
            """Something that is not a length in workdays.

Why: the reverse schedule is computed from durations, and a wrong one moves every date before it.

Example:

    tasks:
      - {id: T1, name: Foundation, deadline: 2024-06-28, duration: about a month}

Remedy: write whole workdays such as 23, 23d or 23天; a week (2w, 2周) is five workdays."""
        ),
    ),
    _blocking(
        "bad-yes-no",
        N_(
            """Something other than yes or no where only these make sense.

Why: a project is either counted among the difficult ones or not.

Example:

    difficult: maybe

Remedy: write yes or no, true or false, 是 or 否."""
        ),
    ),
    _blocking(
        "bad-id",
        N_(
            """An id with spaces, slashes or other signs, an id that is too long, or the name of a device such as CON.

Why: ids stand in references (P001/T3), in file names and in addresses of pages.

Example:

    id: P 001

Remedy: use letters of any script, digits, dots, hyphens and underscores, at most 64, beginning with a letter, a digit
or an underscore."""
        ),
    ),
    _blocking(
        "bad-name-text",
        N_(
            """A name of several lines, or of more than 255 characters.

Why: names stand in tables and on the wall chart, where they are never cut off.

Example:

    name: |
      Riverside footwear plant
      second phase

Remedy: write the name on one line, and put the rest into a note."""
        ),
    ),
    _blocking(
        "bad-ref",
        N_(
            """Something that cannot be a reference, whatever the workspace holds.

Why: a reference that cannot be read links nothing.

Example:

    tasks:
      - {id: T2, name: Frame, deadline: 2024-08-30, after: [P001 / T1]}

Remedy: write T1 for a task of the same project, else P001/T1; also P001/signed, P001/land, M3/D1,
all/investment/2024."""
        ),
    ),
    _blocking(
        "bad-measure",
        N_(
            """An indicator is measured in another unit of money than the workspace.

Why: amounts are kept in one unit; a second one would make two readings of the same figure.

Example:

    indicators:
      investment: {name: Investment, measure: 亿元}

Remedy: write the workspace's own unit as `measure`, or leave it out; single figures may still say 3亿元."""
        ),
    ),
    _blocking(
        "bad-placeholder",
        N_(
            """A letter has a placeholder that does not exist, or a brace that belongs to none.

Why: the letter would go out with a hole in it.

Example:

    letters:
      reminder:
        text: Please finish {what} soon.

Remedy: write one of the placeholders that the finding lists, here `{subject}`; for a plain bracket use ( ) or （ ）."""
        ),
    ),
    Rule(
        "unknown-file",
        "warning",
        N_(
            """A YAML file in the workspace that nothing reads, or a table or a text in `projects/`.

Why: a ledger with a mistyped name, people.yml for example, would be silently missing from every report.

Example:

    # people.yml
    people: []

Remedy: rename it to one of the names that the finding lists, put projects below projects/, or move it elsewhere."""
        ),
    ),
)
"""The codes of typing, with their documentation; those of reading are `source.RULES`."""
