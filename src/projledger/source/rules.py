"""The catalogue of reading: every code that this room can emit, with its documentation."""

from __future__ import annotations

from typing import Final

from projledger.diagnostics import Rule
from projledger.i18n import N_


def _blocking(code: str, doc: str) -> Rule:
    return Rule(code, "error", doc, blocking=True)


RULES: Final[tuple[Rule, ...]] = (
    _blocking(
        "encoding",
        N_("""The file is not UTF-8. The place is the first byte that cannot be UTF-8.

Why: many programs in China still save in GBK or GB18030. Reading one encoding as another gives wrong
characters without any error, so nothing is guessed.

Example:

    a file saved by Notepad as “ANSI”

Remedy: save the file as UTF-8, or look at what `projledger convert FILE --from gb18030` shows, and let it
write."""),
    ),
    _blocking(
        "utf-16",
        N_("""The file is UTF-16 or UTF-32.

Why: Notepad calls UTF-16 “Unicode”; git cannot show differences of such a file, and nothing here reads it.

Example:

    a file saved by Notepad as “Unicode”

Remedy: save the file as UTF-8, or run `projledger convert FILE --from utf-16`."""),
    ),
    _blocking(
        "too-large",
        N_("""The file is larger than 8 MiB, or holds more than 250 000 values.

Why: a ledger is written and read by people; a file of that size is a mistake, or an attempt to use up the
machine.

Example:

    a video saved as a.yaml

Remedy: keep one project per file, and other documents elsewhere."""),
    ),
    _blocking(
        "bad-name",
        N_("""The name of the file leads out of the workspace, or does not work on every computer.

Why: ledgers travel between Windows, Linux and macOS. A name such as `CON` or `a:b.yaml` cannot be checked
out on Windows, and `..` or an invisible character can make a name mean another file.

Example:

    projects/con.yaml

Remedy: rename the file. Letters of any script, digits, `-`, `_` and `.` always work."""),
    ),
    _blocking(
        "conflict",
        N_("""The markers of a merge that git could not finish stand in the file. Only what stands before
the first one is checked.

Why: both versions are in the file; which one is right is for a person to say.

Example:

    <<<<<<< HEAD
    deadline: 2024-06-05
    =======
    deadline: 2024-06-20
    >>>>>>> main

Remedy: keep the right version and delete the other one and the lines with markers."""),
    ),
    _blocking(
        "lfs-pointer",
        N_("""The file is the pointer that Git LFS puts in place of a file, not the ledger itself.

Why: what git keeps of such a file is three lines about it. The ledger lies on another server, and no report of the
past, comparison or check of what is staged can read it.

Example:

    version https://git-lfs.github.com/spec/v1
    oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393
    size 12345

Remedy: run `git lfs pull`. Better, keep ledgers out of LFS: `git lfs untrack '*.yaml'`, then
`git add --renormalize .`; they are small, and git keeps texts well."""),
    ),
    _blocking(
        "control-character",
        N_("""A control character stands in the file, as it is or as an escape between double quotes.

Why: it can change what a terminal shows, hide text, or break a spreadsheet.

Example:

    note: "\\x1b[2J"

Remedy: delete it."""),
    ),
    _blocking(
        "line-separator",
        N_("""U+0085, U+2028 or U+2029 stands in the file.

Why: some programs break the line there and some do not, so that they read different data.

Example:

    note: "a\\u2028b"

Remedy: use an ordinary line break or a space."""),
    ),
    _blocking(
        "bidi-control",
        N_("""A character that changes the direction of writing stands in the file.

Why: the line then shows in another order than it is stored: a reader approves something else than is
written.

Example:

    note: "\\u202e001"

Remedy: delete it."""),
    ),
    _blocking(
        "invisible-character",
        N_("""A character that shows nothing stands in the file (zero-width space, word joiner, soft hyphen,
a second byte order mark).

Why: two names that look the same are then different, and a reference finds nothing. It often comes from
copying out of a web page.

Example:

    owner: "lin\\u200b"

Remedy: delete it, or type the word again."""),
    ),
    _blocking(
        "surrogate",
        N_("""An escape stands for half of a character, as some programs write characters beyond U+FFFF.

Why: half a character cannot be stored or shown.

Example:

    name: "\\ud83d\\ude00"

Remedy: write the character itself."""),
    ),
    _blocking(
        "empty-file",
        N_("""The file holds nothing, or only comments.

Why: an empty file is more often an accident (a failed save, a wrong merge) than intended.

Example:

    # nothing but this comment

Remedy: write the ledger's keys, or delete the file."""),
    ),
    _blocking(
        "not-a-mapping",
        N_("""The file does not begin with keys.

Why: every ledger is a set of keys and values, at its top level too.

Example:

    - P001
    - P002

Remedy: begin with a key at the left margin, such as `id: P001`."""),
    ),
    _blocking(
        "second-document",
        N_("""A line `---` (or text behind a line `...`) begins a second document in the same file.

Why: only the first would be read, and the rest would be lost without a word.

Example:

    id: P001
    ---
    id: P002

Remedy: delete the line, or put what follows into a file of its own."""),
    ),
    _blocking(
        "directive",
        N_("""A line that begins with `%` stands where YAML reads directives.

Why: a directive changes how the rest of the file is read.

Example:

    %YAML 1.1
    ---
    id: P001

Remedy: delete the line."""),
    ),
    _blocking(
        "tag",
        N_("""A YAML tag (`!name`) stands before a value.

Why: a tag changes the type of a value. Here the type of each field is fixed, so a tag is at best noise and
at worst an attack on another program.

Example:

    note: !important call the bank

Remedy: delete the tag; put text that begins with `!` between double quotes."""),
    ),
    _blocking(
        "alias",
        N_("""An alias (`*name`) stands for something written elsewhere in the file. An anchor (`&name`)
alone does no harm.

Why: a reader would have to look elsewhere to know what the ledger says, and a few nested aliases can fill
the memory of a computer.

Example:

    owner: *boss

Remedy: write the value itself; put text that begins with `*` between double quotes."""),
    ),
    _blocking(
        "merge-key",
        N_("""The key `<<` brings in the keys of another mapping.

Why: the ledger would not show what it says, and a change in one place would silently change many.

Example:

    tasks:
      - <<: *defaults
        id: T1

Remedy: write the keys themselves."""),
    ),
    _blocking(
        "complex-key",
        N_("""A list or a mapping stands where a key belongs.

Why: keys are words.

Example:

    ? [T1, T2]
    : done

Remedy: write `key: value`; put a key that begins with `[` or `{` between double quotes."""),
    ),
    _blocking(
        "empty-key",
        N_("""A colon has no key before it.

Why: the value belongs to nothing and would be lost.

Example:

    : 2024-06-05

Remedy: write the key."""),
    ),
    _blocking(
        "empty-item",
        N_("""A list has an item without a value.

Why: a blank value after a key is the same as no key, but in a list nothing says what is missing.

Example:

    after:
      - T1
      -

Remedy: write the item, or delete its dash."""),
    ),
    _blocking(
        "duplicate-key",
        N_("""The same key stands twice in one mapping; `1` and `"1"` are the same key. The place is the
later one.

Why: YAML readers keep one of the two silently, and not all keep the same. It often comes from a merge.

Example:

    deadline: 2024-06-05
    deadline: 2024-06-20

Remedy: keep the right one."""),
    ),
    _blocking(
        "nfc-twins",
        N_("""Two keys of one mapping look the same, but are stored as different characters (a letter with
its accent, or the letter and then the accent).

Why: nobody can see which of the two a reference means. It comes from typing on macOS and on Windows.

Example:

    "\\u00e9": 1
    "e\\u0301": 2

Remedy: keep one, or rename one."""),
    ),
    _blocking(
        "too-many-keys",
        N_("""A mapping has more than 10 000 keys.

Why: no ledger written by people has that many; such files are made to use up memory.

Example:

    a generated file

Remedy: split the file."""),
    ),
    _blocking(
        "too-deep",
        N_("""Lists and mappings are nested more than 32 deep.

Why: no ledger needs that; such files are made to crash the program that reads them.

Example:

    [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[

Remedy: look for brackets that are not closed."""),
    ),
    _blocking(
        "tab-indent",
        N_("""A tab stands where YAML allows only spaces.

Why: how wide a tab is depends on the program, so YAML cannot tell which level the line belongs to.

Example:

    tasks:
    <tab>- id: T1

Remedy: replace the tab by spaces, two for each level."""),
    ),
    _blocking(
        "fullwidth-colon",
        N_("""A full-width colon (`：`) stands where a key should end.

Why: YAML sees no key there: it takes the line for text, or for an error on the line after it.

Example:

    deadline：2024-06-05

Remedy: write an ASCII colon and a space. A full-width colon within a value is fine."""),
    ),
    _blocking(
        "missing-space",
        N_("""A colon behind a key is not followed by a space.

Why: YAML then takes key and value for one word.

Example:

    owner:lin

Remedy: write a space after the colon."""),
    ),
    _blocking(
        "fullwidth-comma",
        N_("""A full-width comma (`，`) stands between brackets where a comma should separate.

Why: only the ASCII comma separates; with the other one, two items are one.

Example:

    land: {needed: 120，secured: 80}

Remedy: write an ASCII comma and a space."""),
    ),
    _blocking(
        "wide-space",
        N_("""A character that only looks like a space (U+3000, a no-break space) stands before or behind a
key or value.

Why: it is part of the text to YAML: `　owner` is another key than `owner`.

Example:

    　owner: lin

Remedy: replace it by ordinary spaces. Within a value (`张　三`) and between quotes it is fine."""),
    ),
    _blocking(
        "indentation",
        N_("""A line begins in a column where nothing above it begins.

Why: the column says to which mapping or list a line belongs.

Example:

    tasks:
      - id: T1
         name: Foundation

Remedy: begin keys of one mapping, and dashes of one list, in the same column."""),
    ),
    _blocking(
        "needs-quotes",
        N_("""A value holds what YAML reads as its own sign: it begins with `@`, `%`, `` ` ``, `&`, `|` or
`>`, or has a second colon with a space.

Why: YAML would read it as something else than text.

Example:

    note: decided: move the line

Remedy: put the whole value between double quotes."""),
    ),
    _blocking(
        "unclosed-quote",
        N_("""A quote is opened and not closed on its line.

Why: everything up to the next quote, often many lines later, would be taken into the value.

Example:

    name: "Riverside plant
    unit: furong-park

Remedy: close the quote. Between double quotes a quote is written `\\"`."""),
    ),
    _blocking(
        "unclosed-bracket",
        N_("""A bracket is not closed, or a comma is missing between two items.

Why: what follows would be taken into the list.

Example:

    after: [T1, T2
    name: Roof

Remedy: close the bracket, and separate the items with an ASCII comma and a space."""),
    ),
    _blocking(
        "bad-escape",
        N_("""A backslash between double quotes is followed by something that is no escape.

Why: between double quotes a backslash begins an escape such as `\\n`; a path of Windows is full of
accidental ones.

Example:

    evidence: "D:\\项目\\a.pdf"

Remedy: write `\\\\`, or use single quotes."""),
    ),
    _blocking(
        "syntax",
        N_("""The text is no YAML.

Why: what cannot be read cannot be checked; the rest of the file is looked at only as far as it makes sense.

Example:

    id: P001
    name Riverside plant

Remedy: see the message; compare with the lines around it."""),
    ),
    Rule(
        "lost-to-comment",
        "warning",
        N_("""A value without quotes is followed by a `#` with a space before it and none behind it.

Why: YAML takes everything from the `#` on for a comment: `text: 园区 #3 路便道` is read as `园区`. A comment
proper has a space after the `#`, and is no finding; nor is one alone on its line.

Example:

    text: 园区 #3 路便道

Remedy: put the whole value between double quotes; if it is meant as a comment, put a space after the `#`."""),
    ),
    Rule(
        "too-many",
        "error",
        N_("""A file has more than 50 findings; the others are counted, not shown.

Why: one slip at the top of a file can cause hundreds of findings below it.

Example:

    # the 51st finding of a file, and all after it

Remedy: mend those that are shown, then check again."""),
    ),
)
