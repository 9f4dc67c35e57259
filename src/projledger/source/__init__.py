"""One ledger file: bytes → text → plain dicts, lists and strings, with a place for everything on demand.

The only room that imports the YAML parser. Nothing is typed here: `no`, `007`, `12:30` and `2024-02-30` stay the text
that they are, and the schema decides what they mean. YAML's own machinery (tags, aliases, merge keys, directives,
several documents) is refused, because each of them lets a file mean something else than it shows.

A file is read in one of two ways, with the same result:

- *the quick way* (`quick`), for files with nothing unusual in them: libyaml's events straight into dicts and lists,
  without positions. It gives up, silently, at the first thing that is out of the ordinary;
- *the careful way* (`careful`), for files where the quick way gave up: the same events with their positions, and
  every fault that can be told apart, with its place, its reason and its remedy. Where a fault is plain enough to be
  mended in memory (by as many characters as before, so that places stay true) the file is read again without it, so
  that one run shows all faults of a file and not only the first.

Places are not kept while reading, for the sake of memory: `Source.span` walks its one file again when asked.
"""

from __future__ import annotations

from projledger.source.encodings import convert, decode
from projledger.source.faults import capped
from projledger.source.limits import MOST_BYTES, MOST_DEPTH, MOST_FINDINGS, MOST_KEYS, MOST_VALUES
from projledger.source.names import check_name
from projledger.source.places import Remains, Source, Tree
from projledger.source.quick import read, read_or_salvage
from projledger.source.rules import RULES
from projledger.source.text import POINTER, TOP

__all__ = [
    "MOST_BYTES",
    "MOST_DEPTH",
    "MOST_FINDINGS",
    "MOST_KEYS",
    "MOST_VALUES",
    "POINTER",
    "RULES",
    "TOP",
    "Remains",
    "Source",
    "Tree",
    "capped",
    "check_name",
    "convert",
    "decode",
    "read",
    "read_or_salvage",
]
