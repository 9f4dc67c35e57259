"""The catalogue script: what it collects, keeps, drops and complains about, on a small source tree."""

import gettext
import json
from pathlib import Path
from types import ModuleType

import pytest

PO = Path("src/projledger/locale/zh_CN/LC_MESSAGES/projledger.po")
SOURCE = """
_("late by {days}")
N_("unreported")
ngettext("{n} project", "{n} projects", n)
pgettext("a period", "{year}")
_(
    "two lines "
    "of one text"
)
"""
TRANSLATIONS = {
    "late by {days}": "逾期{days}",
    "unreported": "未报",
    "{n} project": "{n}个项目",
    "a period\x04{year}": "{year}年",
    "two lines of one text": "同一段文字",
}


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(Path(__file__).parents[1] / "scripts"))
    import catalogue

    return catalogue


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "src/projledger").mkdir(parents=True)
    (tmp_path / "src/projledger/words.py").write_text(SOURCE, "utf-8")
    (tmp_path / "zh.json").write_text(json.dumps(TRANSLATIONS), "utf-8")
    return tmp_path


def test_filled_catalogue_is_complete_and_spoken(script: ModuleType, root: Path) -> None:
    assert script.main(["update"], root) == 0
    assert script.main(["check"], root) == 1
    assert script.main(["fill", str(root / "zh.json")], root) == 0
    assert script.main(["check"], root) == 0
    with (root / PO).with_suffix(".mo").open("rb") as file:
        spoken = gettext.GNUTranslations(file)
    assert spoken.gettext("late by {days}") == "逾期{days}"
    assert spoken.ngettext("{n} project", "{n} projects", 3) == "{n}个项目"
    assert spoken.pgettext("a period", "{year}") == "{year}年"


def test_update_keeps_translations_and_drops_what_is_gone(script: ModuleType, root: Path) -> None:
    script.main(["update"], root)
    script.main(["fill", str(root / "zh.json")], root)
    before = (root / PO).read_bytes()
    script.main(["update"], root)
    assert (root / PO).read_bytes() == before
    (root / "src/projledger/words.py").write_text('_("unreported")\n_("unreported yet")\n', "utf-8")
    script.main(["update"], root)
    text = (root / PO).read_text("utf-8")
    assert 'msgid "unreported"\nmsgstr "未报"' in text
    # A similar text gets no guessed translation, and nothing of the old ones stays.
    assert 'msgid "unreported yet"\nmsgstr ""' in text
    assert "逾期" not in text
    assert "words.py" not in text


def test_check_names_each_fault(script: ModuleType, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script.main(["update"], root)
    (root / "zh.json").write_text(
        json.dumps(TRANSLATIONS | {"late by {days}": "逾期{day}", "unreported": "", "nobody says": "无"}), "utf-8"
    )
    script.main(["fill", str(root / "zh.json")], root)
    (root / "src/projledger/more.py").write_text('_("new")\n', "utf-8")
    capsys.readouterr()
    assert script.main(["check"], root) == 1
    assert capsys.readouterr().err.splitlines() == [
        "not in the catalogue (run update): 'new'",
        "other placeholders: 'late by {days}' -> '逾期{day}'",
        "untranslated: 'unreported'",
    ]


def test_fill_names_what_it_could_not_place(script: ModuleType, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script.main(["update"], root)
    (root / "zh.json").write_text(json.dumps({"nobody says": "无", "unreported": "未报"}), "utf-8")
    assert script.main(["fill", str(root / "zh.json")], root) == 0
    assert capsys.readouterr().err == "not in the catalogue: 'nobody says'\n"
