"""How much of a file is read: what no ledger of people's making needs, and what keeps hostile ones harmless."""

from __future__ import annotations

from typing import Final

MOST_BYTES: Final = 8 * 1024 * 1024
"""A larger file is not read."""

MOST_DEPTH: Final = 32
"""Lists and mappings inside each other. libyaml takes time with the square of the depth, and crashes at some 30 000."""

MOST_KEYS: Final = 10_000
"""Keys of one mapping."""

MOST_VALUES: Final = 250_000
"""Keys and list items of one file: what keeps the densest 8 MiB within memory."""

MOST_FINDINGS: Final = 50
"""Findings shown of one file."""
