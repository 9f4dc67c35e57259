"""HTML: one page that stands alone, for a screen on the wall, a printer, or a reader who cannot see it.

No script, no request, no style attribute: a policy in the page forbids them all, and allows its one style sheet by
that sheet's hash.
"""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from itertools import count
from typing import TYPE_CHECKING, Final, assert_never

from projledger.document import (
    Bars,
    Blank,
    Cell,
    ChainMap,
    Facts,
    Items,
    Paragraph,
    Section,
    Stacks,
    Table,
    Timeline,
    Trend,
    Version,
)
from projledger.render.fit import fitting
from projledger.render.markup import caption, column_kind, figure, inline, words
from projledger.render.pictures import PATTERNS, bars_html, group_row, stacks_html, timeline_html, trend_html
from projledger.render.style import sheet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from projledger.document import Block, Document, MapNode
    from projledger.render import Envelope, Options

_LANGUAGES: Final = {"zh": "zh-CN"}
_DEEPEST: Final = 6

_POLICY: Final = "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'"


def render(document: Document, data: object, envelope: Envelope, options: Options) -> str:
    """`document` as a page."""
    version, size = fitting(document) if document.one_page else (Version(document.blocks, document.annex), None)
    paper = "A4" if document.one_page else options.paper or document.paper
    css = sheet(paper, landscape=document.landscape, tight=size)
    policy = _POLICY.format(hash=b64encode(sha256(css.encode()).digest()).decode())
    kind = " ".join(name for name, so in (("wide", document.landscape), ("tight", document.one_page)) if so)
    asides = "".join(f"<span>{words(aside)}</span>" for aside in document.asides)
    footer = "\n".join(f"<p>{words(note)}</p>" for note in document.footer)
    title = words(document.title)
    numbers = count(1)
    main = _blocks(version.blocks, 2, numbers)
    annex = f'\n<section class="annex">\n{_blocks(version.annex, 2, numbers)}\n</section>' if version.annex else ""
    patterns = PATTERNS if _holds((*version.blocks, *version.annex), Stacks) else ""
    return f"""<!DOCTYPE html>
<html lang="{words(_LANGUAGES.get(document.language, document.language))}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<style>{css}</style>
</head>
<body{f' class="{kind}"' if kind else ""}>
<header>
<h1>{title}</h1>{f"<p>{asides}</p>" if asides else ""}
</header>
<main>
{patterns}{main}
</main>
<footer>
{footer}
</footer>{annex}
</body>
</html>
"""


def _holds(blocks: Iterable[Block], kind: type[Block]) -> bool:
    return any(isinstance(b, kind) or (isinstance(b, Section) and _holds(b.blocks, kind)) for b in blocks)


def _blocks(blocks: Sequence[Block], level: int, numbers: Iterator[int]) -> str:
    """Blocks, with headings from `level` down; `numbers` numbers the drawings of the page."""
    return "\n".join(_block(block, level, numbers) for block in blocks)


def _block(block: Block, level: int, numbers: Iterator[int]) -> str:
    match block:
        case Section():
            tag = f"h{min(level, _DEEPEST)}"
            inner = _blocks(block.blocks, level + 1, numbers)
            return f"<section>\n<{tag}>{inline(block.title)}</{tag}>\n{inner}\n</section>"
        case Paragraph():
            classes: list[str] = [block.tone] if block.tone != "plain" else []
            classes += ["right"] if block.align == "right" else []
            tone = f' class="{" ".join(classes)}"' if classes else ""
            return f"<p{tone}>{inline(block.text)}</p>"
        case Items():
            return _items(block)
        case Facts():
            pairs = "\n".join(f"<div><dt>{words(name)}</dt><dd>{inline(text)}</dd></div>" for name, text in block.pairs)
            return f"<dl>\n{pairs}\n</dl>"
        case Table():
            return _table(block)
        case Bars():
            return bars_html(block)
        case Stacks():
            return stacks_html(block)
        case Trend():
            return trend_html(block)
        case Timeline():
            return timeline_html(block, next(numbers))
        case ChainMap():
            return _chain_map(block)
        case Blank():
            lines = "".join(f"<span>{words(label)}<i></i></span>" for label in block.labels)
            return f'<p class="blank">{lines}</p>'
        case _:
            assert_never(block)


def _items(block: Items) -> str:
    tag = "ol" if block.numbered else "ul"
    items = "\n".join(f"<li>{inline(item)}</li>" for item in block.items)
    more = f'\n<p class="more">{inline(block.more)}</p>' if block.more else ""
    return f"<{tag}>\n{items}\n</{tag}>{more}"


def _table(table: Table) -> str:
    note = f'<p class="note">{inline(table.note)}</p>' if table.note else ""
    if not table.rows:
        return figure(table.title, f'<p class="empty">{words(table.empty)}</p>{note}')
    number = len(table.columns)
    rows = [[cell.text if isinstance(cell, Cell) else cell for cell in row] for row in table.rows]
    kinds = [
        column_kind(column, (row[n] for row in rows if len(row) == number)) for n, column in enumerate(table.columns)
    ]
    heads = "".join(f'<th scope="col"{k}>{words(c.title)}</th>' for c, k in zip(table.columns, kinds, strict=True))
    lines = [f"<thead><tr>{heads}</tr></thead>", "<tbody>"]
    for n, row in enumerate(rows):
        if len(row) == number:
            cells = "".join(f"<td{kind}>{inline(text)}</td>" for text, kind in zip(row, kinds, strict=True))
            lines.append(f"<tr>{cells}</tr>")
        else:
            lines += ["</tbody>", "<tbody>"] if n else []
            lines.append(group_row(inline(row[0]), number))
    body = "\n".join(lines)
    return f'<div class="scroll"><table>{caption(table.title)}\n{body}\n</tbody></table></div>{note}'


def _chain_map(block: ChainMap) -> str:
    groups = "\n".join(
        f'<li><p class="stage">{words(title)}</p>{"".join(map(_node, nodes))}</li>' for title, nodes in block.groups
    )
    return figure(block.title, f'<ol class="chain">\n{groups}\n</ol>')


def _node(node: MapNode) -> str:
    state = f'<span class="state">{inline(node.state)}</span>' if node.state else ""
    details = "".join(f"<li>{inline(detail)}</li>" for detail in node.detail)
    return (
        f'<div class="node {node.tone}"><b>{inline(node.name)}</b>{state}'
        f"{f'<ul>{details}</ul>' if details else ''}</div>"
    )
