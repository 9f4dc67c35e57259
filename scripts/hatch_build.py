"""Build hook: compiles the message catalogues, so that an installed package speaks every language it ships."""

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


def compile_catalogues(root: Path) -> None:
    """Write `projledger.mo` beside every `projledger.po` below `root`."""
    for po in sorted(root.glob("src/projledger/locale/*/LC_MESSAGES/*.po")):
        with po.open("rb") as source, po.with_suffix(".mo").open("wb") as target:
            write_mo(target, read_po(source))


class CatalogueBuildHook(BuildHookInterface):
    """Called by hatchling before each build, editable ones included."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile, so that the `artifacts` of the build exist."""
        compile_catalogues(Path(self.root))
