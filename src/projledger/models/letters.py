"""`letters.yaml`: a place's own wording of the letters of its escalation ladder."""

import re
from typing import Annotated, Final

from pydantic import Field

from projledger import quantities
from projledger.i18n import N_, _
from projledger.models.types import SCALAR, ActionKind, Reads, Record

PLACEHOLDERS: Final[dict[str, str]] = {
    "place": N_("Name of the place"),
    "issuer": N_("Unit that issues the letter"),
    "to": N_("Person who is written to"),
    "subject": N_("The item, with its project"),
    "project": N_("Name of the project; for a target of a unit or chain, that"),
    "item": N_("Name of the item alone"),
    "ref": N_("Reference of the item, such as P001/T3"),
    "owner": N_("Owner of the item"),
    "unit": N_("Responsible unit of the item"),
    "facts": N_("A sentence: what was due, when, and how late it is"),
    "causes": N_("A sentence: what holds it up, and the next step that was reported; empty where nothing is known"),
    "history": N_("Sentences: earlier letters and their replies, extensions; empty where there were none"),
    "reply": N_("A sentence: by when to reply, and to whom; empty where the ladder asks for no reply"),
    "reply_by": N_("Last day for the reply; empty where the ladder asks for none"),
    "reply_days": N_("Workdays allowed for the reply; empty where the ladder asks for none"),
    "date": N_("Day of the letter"),
    "year": N_("Year of the letter"),
}
"""What a letter may leave open, and what is put there."""

_PLACEHOLDER: Final = re.compile(r"\{([^{}]*)\}")


def parse_letter(text: str) -> str:
    """The text of a letter, whose every placeholder is one of `PLACEHOLDERS`.

    Raises:
        Unreadable: a placeholder that is not known, or a brace that opens or closes none.
    """
    for name in _PLACEHOLDER.findall(text):
        if name not in PLACEHOLDERS:
            raise quantities.Unreadable(
                "bad-placeholder",
                _("“{name}” is not a placeholder of letters").format(name=name[:80]),
                _("one of: {choices}").format(choices=" ".join(f"{{{known}}}" for known in PLACEHOLDERS)),
            )
    if "{" in _PLACEHOLDER.sub("", text) or "}" in _PLACEHOLDER.sub("", text):
        raise quantities.Unreadable(
            "bad-placeholder",
            _("a brace stands alone"),
            _("braces enclose placeholders, such as {example}; use other brackets in the text").format(
                example="{subject}"
            ),
        )
    return text


def filled(text: str, values: dict[str, str]) -> str:
    """A letter's text with its placeholders replaced; what is put in is text and nothing else."""
    return _PLACEHOLDER.sub(lambda match: values[match[1]], text)


LetterText = Annotated[str, Reads(parse_letter, {"type": SCALAR})]
"""Text with placeholders."""


class Letter(Record):
    """The wording of one kind of letter. Each line of the text is a paragraph; one that comes out empty is left out."""

    title: LetterText | None = Field(None, description=N_("Title; default the shipped one"))
    text: LetterText = Field(description=N_("Body of the letter, from after the salutation to before the signature"))


class Letters(Record):
    """`letters.yaml`: the place's own letters; a kind that is not here takes the shipped wording."""

    letters: dict[ActionKind, Letter] = Field({}, description=N_("Letters by kind of step"))
