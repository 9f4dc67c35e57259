"""Measures `lagging` over 60 000 records against the time of reading them, and its growth; exits 1 when one is missed.

Everything the report says is counted: the schedule, the standings, every reason with its sentence, every light. In the
corpus two items of three lag, which no real place should reach.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import corpus
from bench import Bench, inside

AGAINST_READING = 1.5
GROWTH = 1.25  # linear; the caches of the machine account for the rest

RATIO = """
import gc, sys, time
gc.set_threshold(100_000, 20, 100)  # as the command does
from pathlib import Path
from projledger import load
from projledger.analysis.selection import Filter
from projledger.reports import Query, lagging
files = list(load.read_folder(Path(sys.argv[1])))
start = time.perf_counter()
place = load.load(files).workspace
reading = time.perf_counter() - start
query = Query(place, place.settings.as_of, Filter())
start = time.perf_counter()
result = lagging.compute(query)
print((time.perf_counter() - start) / reading)
assert result.items
"""
PER_RECORD = """
import gc, sys, time
gc.set_threshold(100_000, 20, 100)
from pathlib import Path
from projledger import load
from projledger.analysis.selection import Filter
from projledger.reports import Query, lagging
places = [load.load(load.read_folder(Path(folder))).workspace for folder in sys.argv[1:]]
best = [float("inf")] * len(places)
for _run in range(5):
    for number, place in enumerate(places):
        start = time.perf_counter()
        result = lagging.compute(Query(place, place.settings.as_of, Filter()))
        best[number] = min(best[number], (time.perf_counter() - start) / len(result.items))
print(best[1] / best[0])
"""


def main() -> int:
    """Run every case."""
    bench = Bench()
    with tempfile.TemporaryDirectory() as name:
        small, large = Path(name) / "small", Path(name) / "large"
        corpus.write(small, 100)
        corpus.write(large, 1000)
        ratio = statistics.median(inside(RATIO, large) for _run in range(5))
        bench.figure("lagging over 60 000 records / reading them", ratio, AGAINST_READING, "×")
        bench.figure("lagging: growth from 6 000 to 60 000, per record", inside(PER_RECORD, small, large), GROWTH, "×")
    return 1 if bench.missed else 0


if __name__ == "__main__":
    sys.exit(main())
