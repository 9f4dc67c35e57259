"""What is kept of reading and of walks changes no report: the same bytes with it, without it, and with it damaged."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from projledger import load
from projledger.load import kept
from projledger.load.kept import concerned
from trace_story import ROOT, git, run, watch_narrowing

AS_OF = ("--as-of", "2024-06-11")


@pytest.fixture
def worth(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep what is read of small workspaces too."""
    monkeypatch.setattr(load, "WORTH", 0)


@pytest.fixture
def county(tmp_path: Path, worth: None) -> Path:
    folder = tmp_path / "county"
    shutil.copytree(ROOT / "ledgers", folder)
    return folder


def committed(folder: Path, words: str) -> None:
    git(folder, "add", "-A")
    git(folder, "-c", "user.name=张三", "-c", "user.email=z@example.org", "commit", "--quiet", "-m", words)


def edit(folder: Path, name: str, old: str, new: str) -> None:
    (file,) = (folder / "projects").glob(f"{name}-*.yaml") if name.startswith("P0") else [folder / name]
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))


def test_a_report_is_the_same_with_what_was_kept_and_with_it_damaged(county: Path) -> None:
    cache = county.parent / "cache"
    first = run(county, "status", *AS_OF)
    (trees,) = cache.rglob("*.trees")
    assert first[0] == 0
    assert run(county, "status", *AS_OF) == first
    whole = trees.read_bytes()
    # A figure that was changed in what is kept is not believed: the checksum tells.
    for damaged in (b"", b"\n", whole[:-100], whole.replace(b"2024-06", b"2025-06", 3), b"\xff\xfe" + whole):
        trees.write_bytes(damaged)
        assert run(county, "status", *AS_OF) == first
        assert trees.read_bytes() == whole  # and it is made anew
    (names,) = cache.rglob("*.names")
    spoken = names.read_bytes()
    for damaged in (None, spoken[:-10]):
        names.unlink() if damaged is None else names.write_bytes(damaged)
        assert run(county, "status", *AS_OF) == first
        assert names.read_bytes() == spoken
    assert run(county, "status", *AS_OF, cache=Path("/proc/nowhere")) == first


def test_a_workspace_is_known_by_whatever_way_it_is_named(county: Path) -> None:
    (county.parent / "link").symlink_to(county)
    first = run(county, "status", *AS_OF)
    cache = county.parent / "cache"
    for folder, named in ((county.parent, "county"), (county.parent, "link"), (county / "projects", "..")):
        assert run(folder, "status", "-w", named, *AS_OF, cache=cache) == first
    assert len(list(cache.rglob("*.trees"))) == 1


def test_what_was_kept_is_what_is_read(county: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(county, "status", *AS_OF)
    read: list[str] = []
    reading = load.source.read_or_salvage
    monkeypatch.setattr(load.source, "read_or_salvage", lambda one: read.append(one.file) or reading(one))
    assert run(county, "check", *AS_OF)[0] == 0
    assert read == []
    edit(county, "P001", "name: ", "name: 新")
    run(county, "status", *AS_OF)
    assert read == ["projects/P001-新步鞋业二期.yaml"]


def test_faults_are_told_each_time(county: Path) -> None:
    run(county, "status", *AS_OF)
    edit(county, "P001", "id: P001", "id: P001\nname: twice")  # a key that stands twice: the reader says so
    edit(county, "P002", "deadline: 2024", "deadline: 2024-13-")  # a day that is none: the model says so
    first = run(county, "check", *AS_OF)
    assert first[0] == 3
    assert "duplicate-key" in first[1]
    assert run(county, "check", *AS_OF) == first
    edit(county, "P001", "\nname: twice", "")
    assert "duplicate-key" not in run(county, "check", *AS_OF)[1]


@pytest.mark.parametrize(
    ("edits", "passed_over"),
    [
        # One task of one ledger that nothing is tied to.
        ([("P010", "progress: 40", "progress: 60")], True),
        # P011 waits for P012/T7: the plan of a ledger that did not change is part of what changes.
        ([("P012", "duration: 70", "duration: 170")], True),
        # What figures are made of: the sums of the place need every ledger.
        ([("P001", "value: ", "value: 9")], True),
        # The rules of the whole place.
        ([("projledger.yaml", "name: ", "name: 新")], False),
        # A ledger that cannot be read, and one that can.
        ([("P004", "id: P004", "id: [P004"), ("P005", "name: ", "name: 新")], True),
        # A ledger that cannot be read is no change, but what it reported is gone from the sums.
        ([("P008", "id: P008", "id: [P008"), ("P010", "progress: 40", "progress: 60")], True),
        ([("targets.yaml", "value: 12亿元", "value: 9亿元"), ("P002", "name: ", "name: 新")], False),
    ],
)
def test_a_comparison_that_passes_ledgers_over_says_the_same(
    county: Path, monkeypatch: pytest.MonkeyPatch, edits: list[tuple[str, str, str]], passed_over: bool
) -> None:
    git(county, "init", "--quiet", "--initial-branch=main")
    committed(county, "first")
    for name, old, new in edits:
        edit(county, name, old, new)
    committed(county, "second")
    ways = (["diff", "HEAD~1", "HEAD"], ["diff", "HEAD~1"])
    # Nothing is known yet, so everything is read.
    monkeypatch.setattr(kept.Kept, "names", lambda self: {})
    whole = [run(county, *way, "--format", "json", *AS_OF) for way in ways]
    monkeypatch.undo()
    monkeypatch.setattr(load, "WORTH", 0)
    run(county, "status", *AS_OF)
    run(county, "status", "--rev", "HEAD~1", *AS_OF)
    narrowed = watch_narrowing(monkeypatch)
    assert [run(county, *way, "--format", "json", *AS_OF) for way in ways] == whole
    assert narrowed == [passed_over, passed_over]


def test_which_ledgers_a_change_concerns() -> None:
    names = {
        "a": ["A"],
        "b": ["B", "A"],  # waits for A
        "c": ["C", "B"],  # waits for B, so for A too
        "d": ["D", "E"],
        "e": ["E"],
        "f": ["F", "*"],  # may speak of anything
        "a2": ["A", "D"],
    }
    before = {name: name for name in ("a", "b", "c", "d", "e", "f", "g")}
    # A is tied to B, and B to C; of g nothing is known, and f may mean A.
    assert concerned({"a"}, [before], names, {}) == {"a", "b", "c", "f", "g"}
    # The later version of A also speaks of D, which waits for E.
    assert concerned({"a"}, [before, before | {"a": "a2"}], names, {}) == {"a", "b", "c", "d", "e", "f", "g"}
    # Two have the id of A, and one of them is left out: that is said of every version.
    assert concerned({"e"}, [before | {"h": "a"}], names, {}) == {"a", "b", "c", "d", "e", "f", "g", "h"}
    # What D speaks of is looked at too; who speaks of E is D.
    assert concerned({"e"}, [before], names, {}) == {"d", "e", "f", "g"}
    # Of G's bytes nothing is known but what stands in them: it may be one of these, or speak of them.
    unread = {"g": b"id: G\nafter: [E/T1]\n"}
    assert concerned({"g"}, [before], names, unread) == {"d", "e", "f", "g"}
    assert concerned({"g"}, [before], {**names, "d": ["D", "G"]}, {"g": b"{id: G}"}) == {"d", "f", "g"}
    assert concerned({"g"}, [before], names, {"g": b'id: "\\x47"'}) == {"a", "b", "c", "d", "e", "f", "g"}


def test_a_version_that_was_never_read_is_compared_with_whoever_has_its_id(
    county: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(county, "init", "--quiet", "--initial-branch=main")
    committed(county, "first")
    monkeypatch.setattr(load, "WORTH", 0)
    run(county, "status", *AS_OF)
    edit(county, "P002", "id: P002", "id: P010")  # of two with one id one is left out
    found = run(county, "diff", "--format", "json", *AS_OF)
    monkeypatch.setattr(kept.Kept, "names", lambda self: {})
    assert found == run(county, "diff", "--format", "json", *AS_OF)


def test_the_words_before_a_slash(tmp_path: Path) -> None:
    store = kept.Kept(tmp_path, tmp_path)
    raw = 'id: 甲\ntasks:\n  - {id: T1, after: [T2, 乙/T1, "丙 /T3", e\u0301/T1]}  # 丁/x\n'.encode()
    store.keep("1", {"id": "甲"})
    store.name("1", raw, "甲", "戊")
    store.keep("2", {"id": "乙"})
    store.name("2", rb'id: "\x41"', "乙", None)
    store.write()
    again = kept.Kept(tmp_path, tmp_path).names()
    assert again == {"1": ["甲", *sorted("乙丙丁戊é")], "2": ["乙", "*"]}


def test_what_is_kept_stays_small(tmp_path: Path) -> None:
    """Two versions may take turns; a hundred versions do not pile up."""
    for version in range(300):
        store = kept.Kept(tmp_path, tmp_path)
        store.keep(str(version), {"id": "x"})
        store.write()
    (trees,) = tmp_path.glob("*.trees")
    assert len(trees.read_text().splitlines()) == 1 + 102


def test_who_reads_a_few_ledgers_takes_nothing_away_from_the_others(tmp_path: Path) -> None:
    store = kept.Kept(tmp_path, tmp_path)
    for number in range(300):
        store.keep(str(number), {"id": "x"})
    store.write()
    few = kept.Kept(tmp_path, tmp_path)
    few.keep("changed", {"id": "y"})
    few.write()
    again = kept.Kept(tmp_path, tmp_path)
    assert again.tree("changed") == {"id": "y"}
    assert sum(again.tree(str(number)) is not None for number in range(300)) == 299


def test_the_id_of_bytes_is_the_one_that_git_gives(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    (tmp_path / "x").write_bytes("名：甲\r\n".encode())
    assert kept.identity((tmp_path / "x").read_bytes()) == git(tmp_path, "hash-object", "--no-filters", "x")
