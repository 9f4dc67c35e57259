"""The style sheet of a page: calm on a screen, complete on paper, clear without colour."""

from __future__ import annotations

from typing import Final

CHART_CELLS: Final = 130
"""How many halves of a Chinese character fit side by side in the narrowest timeline."""

LIGHT: Final = {
    "ink": "#1f2328",
    "soft": "#57606a",
    "hair": "#d5dae0",
    "paper": "#ffffff",
    "band": "#f3f5f7",
    "rest": "#e9edf1",
    "slate": "#5b6b7f",
    "red": "#b42318",
    "yellow": "#855700",
    "amber": "#d69a00",
    "blue": "#1d5fbf",
    "green": "#1a7440",
    "grey": "#5f6772",
}
DARK: Final = {
    "ink": "#e6e8eb",
    "soft": "#a9b2bb",
    "hair": "#363c44",
    "paper": "#15181c",
    "band": "#1f2429",
    "rest": "#252b32",
    "slate": "#93a4b8",
    "red": "#ff8a7a",
    "yellow": "#e8b44a",
    "amber": "#e8b44a",
    "blue": "#7db3ff",
    "green": "#6fcf97",
    "grey": "#a3abb5",
}
"""Words in any of these but `hair`, `paper`, `band`, `rest` and `amber` keep 4.5 : 1 on `paper` and on `band`."""


def sheet(paper: str, *, landscape: bool, tight: float | None = None) -> str:
    """The style sheet for a page that prints on `paper`.

    Where it should fit on one sheet, `tight` is the size of its letters there, 1 for the usual one.
    """
    page = _PAGE.format(
        paper=paper,
        turn="landscape" if landscape else "portrait",
        margin="13mm 12mm 15mm" if tight is None else "9mm 10mm 11mm",
        size=f"{9.5 if tight is None else 8.5 * tight:g}pt",
        light=_variables(LIGHT),
    )
    light, dark = _variables(LIGHT), _variables(DARK)
    return f":root{{{light}}}\n@media (prefers-color-scheme:dark){{:root{{{dark}}}}}\n{_SCREEN}{page}"


def _variables(colours: dict[str, str]) -> str:
    return "".join(f"--{name}:{value};" for name, value in colours.items())


_PAGE: Final = """
@page{{size:{paper} {turn};margin:{margin};
 @bottom-right{{content:counter(page) " / " counter(pages);font:8pt sans-serif;color:#57606a}}}}
@media print{{
:root{{{light}}}
*{{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
html{{font-size:{size}}}
body,body.wide{{max-width:none;margin:0;padding:0}}
.scroll{{overflow:visible}}
.short{{white-space:normal;word-break:keep-all;overflow-wrap:break-word}}
.chart{{min-width:0}}
.annex{{break-before:page}}
thead{{display:table-header-group}}
tr,figure,dl>div,li,.node,.blank{{break-inside:avoid}}
h1,h2,h3,h4,h5,h6,caption,figcaption,tr.group{{break-after:avoid}}
.legend,.note{{break-before:avoid}}
body.tight{{line-height:1.36}}
.tight header{{margin-bottom:.7rem}}
.tight p{{margin:.3rem 0}}
.tight :is(ol,ul){{margin:.3rem 0}}
.tight li{{margin:.12rem 0}}
.tight h2{{margin:.75rem 0 .2rem}}
.tight :is(.scroll,figure){{margin:.4rem 0}}
.tight :is(th,td){{padding:.13rem .5rem}}
.tight .node{{margin:.35rem 0;padding:.2rem .6rem}}
.tight .node ul{{margin:.1rem 0 0}}
body.wide{{line-height:1.45}}
.wide :is(th,td){{padding:.2rem .5rem}}
.wide .chart{{padding:0}}
.timeline .note{{margin-bottom:.15rem}}
footer,.tight footer{{margin-top:.6rem;break-inside:avoid}}
footer p{{display:inline;margin-right:1.5em}}
p{{orphans:3;widows:3}}
}}
"""

_SCREEN: Final = (
    """*{box-sizing:border-box}
html{font-size:16px;-webkit-text-size-adjust:100%}
body{margin:0 auto;padding:2rem 1.5rem 3rem;max-width:66rem;background:var(--paper);color:var(--ink);line-height:1.6;
 font-family:system-ui,-apple-system,"Segoe UI","Noto Sans",var(--chinese),sans-serif;overflow-wrap:break-word}
:root{--chinese:"PingFang SC","Microsoft YaHei","Noto Sans CJK SC","Source Han Sans SC"}
:lang(zh) body{font-family:var(--chinese),system-ui,sans-serif}
body.wide{max-width:none;padding:1.5rem 2vw 2rem}
body.tight{line-height:1.45}
header{display:flex;flex-wrap:wrap;justify-content:space-between;align-items:baseline;gap:.2rem 2rem;
 border-bottom:3px double var(--ink);padding-bottom:.5rem;margin-bottom:1.2rem}
h1{font-size:1.75rem;line-height:1.3;margin:0;letter-spacing:.02em}
header p{margin:0;color:var(--soft)}
header span+span{margin-left:1.5em}
h2{font-size:1.2rem;margin:1.9rem 0 .6rem}
h3,h4,h5,h6{font-size:1.02rem;margin:1.3rem 0 .4rem}
.tight p,.tight ol,.tight ul{max-width:none}
.tight h1{font-size:1.5rem}
.tight h2{margin:1rem 0 .3rem;font-size:1.1rem}
p{margin:.5rem 0;max-width:52em}
ol,ul{margin:.5rem 0;padding-left:1.9em;max-width:54em}
li{margin:.25rem 0}
li::marker{color:var(--soft);font-variant-numeric:tabular-nums}
.more,.note,.empty,footer{color:var(--soft);font-size:.9rem}
.more{margin-left:1.9em}
.strong{font-weight:600}
.right{text-align:right}
.dim{color:var(--soft)}
.plain{color:var(--slate)}
.red{color:var(--red)}
.yellow{color:var(--yellow);--fill:var(--amber)}
.blue{color:var(--blue)}
.green{color:var(--green)}
.grey{color:var(--grey)}
footer{margin-top:2.2rem;padding-top:.5rem;border-top:1px solid var(--hair)}
footer p{margin:.15rem 0;max-width:none}
.tight footer{margin-top:1rem}
.scroll{overflow-x:auto;margin:.7rem 0}
.scroll:has(.timeline){padding-right:.6rem}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
caption,figcaption{text-align:left;font-weight:600;padding:.2rem 0 .45rem}
th,td{padding:.36rem .65rem;text-align:left;vertical-align:top;border-bottom:1px solid var(--hair)}
.tight th,.tight td{padding:.2rem .5rem}
thead th{color:var(--soft);font-size:.9rem;font-weight:600;vertical-align:bottom;border-bottom:2px solid var(--ink)}
tbody th{font-weight:500}
th.number,td.number{text-align:right}
.tiny,.short{white-space:nowrap}
.long{min-width:8em}
figure tbody th{min-width:8em}
tr.group th{background:var(--band);font-weight:600}
dl{display:grid;grid-template-columns:repeat(auto-fill,minmax(19rem,1fr));gap:0 2rem;margin:.7rem 0}
dl>div{display:flex;gap:1em;padding:.34rem 0;border-bottom:1px solid var(--hair)}
dt{flex:0 0 7em;color:var(--soft)}
dd{margin:0;flex:1}
figure{margin:1rem 0}
.bars{margin:.7rem 0;max-width:60rem}
.bars th,.bars td{border:0;padding:.25rem .65rem .25rem 0}
.bars td:nth-child(2){width:45%}
.bars td:nth-child(3){min-width:15em}
.wide .bars{max-width:78rem}
svg{display:block}
svg text{fill:currentColor}
.bar{width:100%;height:.95em;margin-top:.3em;overflow:visible}
.track{fill:var(--band);stroke:var(--hair)}
.missing{fill:none;stroke:var(--soft);stroke-dasharray:4 3}
.bar .fill{fill:var(--fill,currentColor)}
.bar .mark{stroke:var(--ink);stroke-width:2.5}
i.mark{display:inline-block;width:2.5px;height:1em;margin-right:.5em;background:var(--ink);vertical-align:-.15em}
.drawing{max-width:100%;height:auto;font-size:12px;overflow:visible}
.drawing .axis{stroke:var(--ink)}
.drawing .line{fill:var(--paper);stroke:currentColor;stroke-width:2;stroke-linejoin:round}
.drawing .line.plain{color:var(--ink)}
.drawing polyline{fill:none}
.drawing .line text{stroke:none}
.part{fill:currentColor;stroke:currentColor}
.part.yellow{fill:url(#stripes)}
.part.blue{fill:url(#dots)}
.part.green{fill:var(--paper)}
.part.grey{fill:var(--paper);stroke-dasharray:3 2}
.part.plain{fill:url(#lines)}
.part.dim{fill:var(--band);stroke-dasharray:1 2}
.weak{fill:var(--paper)}
.full{fill:var(--fill,currentColor)}
.drawing .count{fill:var(--ink);stroke:var(--paper);stroke-width:4px;paint-order:stroke;font-weight:600}
.total{font-weight:600}
.swatch{display:inline-block;width:1.1em;height:.8em;margin-right:.4em;overflow:visible}
.legend{display:flex;flex-wrap:wrap;gap:.2rem 1.4rem;list-style:none;padding:0;margin:.5rem 0;max-width:none;
 color:var(--soft);font-size:.9rem}
.legend li{margin:0}
.legend svg{display:inline-block;vertical-align:-.1em;width:1.6em;height:1em;margin-right:.4em;overflow:visible}
.hidden{position:absolute;width:0;height:0}
.timeline th,.timeline td{padding:.3rem .6rem}
.timeline tbody :is(th,td).long{min-width:11em;font-weight:500}
.timeline .note{position:relative;width:fit-content;max-width:none;margin:0 0 .3rem;padding:0 .5rem;line-height:1.4;
 font-size:.85rem;background:var(--paper)}
.timeline .note .red{font-weight:600}
.timeline .chart{position:relative;padding:0;width:70%;min-width:"""
    + f"{CHART_CELLS * 0.39:g}rem"
    + """}
.chart svg{position:relative;width:100%;overflow:visible;font-size:.75rem}
.chart .behind{position:absolute;inset:0;height:100%}
.grid{stroke:var(--hair)}
.rest{fill:var(--rest)}
line.today{stroke:var(--ink);stroke-width:1.5;stroke-dasharray:5 3}
.chart .flag{fill:var(--ink);stroke:none}
.stretch{fill:var(--fill,currentColor);stroke:currentColor}
.stretch.planned{fill:var(--paper)}
.stretch.forecast{fill:var(--paper);stroke-dasharray:4 3}
.point{fill:currentColor;stroke:currentColor;stroke-width:1.5}
.point.planned{fill:var(--paper)}
.chart td text,.chart .label{fill:var(--ink);stroke:var(--paper);stroke-width:3px;paint-order:stroke}
.chain{display:flex;gap:2.8rem;list-style:none;padding:0;max-width:none}
.chain>li{flex:1;position:relative;margin:0}
.chain>li+li::before{content:"\\2192";position:absolute;left:-2.1rem;top:-.15rem;font-size:1.3rem;color:var(--soft)}
.chain ul{list-style:none;padding:0}
.stage{margin:0;padding-bottom:.25rem;border-bottom:2px solid var(--ink);font-weight:600}
.node{margin:.6rem 0;padding:.4rem .7rem;border:1px solid var(--hair);border-left:4px solid currentColor}
.node b,.node ul{color:var(--ink)}
.node ul{margin:.2rem 0 0;font-size:.9rem}
.node li{margin:0}
.state{display:inline-block;margin-left:.6em;padding:0 .45em;border:1px solid currentColor;border-radius:.6em;
 font-size:.88rem}
.blank{display:flex;flex-wrap:wrap;gap:1rem 3rem;margin-top:1.6rem}
.blank i{display:inline-block;width:9em;border-bottom:1px solid var(--ink)}
@media (max-width:44rem){
.chain{flex-direction:column;gap:1.8rem}
.chain>li+li::before{content:"\\2193";left:0;top:-1.9rem}
.bars th{white-space:normal}
.bars td:nth-child(3){min-width:0}
}
@media screen and (min-width:110rem){body.wide{padding-left:2.5vw;padding-right:2.5vw}.wide{font-size:1.1rem}}
"""
)
