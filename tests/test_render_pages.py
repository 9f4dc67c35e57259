"""What each format makes of the whole sample, as a reader finds it."""
# ruff: noqa: E501 - the lines of the pages are as long as they are

import csv
import io
import re
from base64 import b64encode
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from inline_snapshot import snapshot

from projledger import i18n
from projledger.document import Cell, Column, Document, Facts, Items, Paragraph, Section, Table
from projledger.errors import NoTableError
from projledger.render import RENDERERS, Options
from projledger.render.style import DARK, LIGHT
from sample_document import BARS, DOCUMENT, ENVELOPE, FIGURES, LAGGING, TIMELINE, texts

FORMATS = {renderer.name: renderer for renderer in RENDERERS}


def draw(name: str, document: Document = DOCUMENT, **options) -> str:
    output = FORMATS[name].load().render(document, None, ENVELOPE, Options(**options))
    assert isinstance(output, str)
    return output


@pytest.fixture
def _chinese():
    i18n.use("zh")
    yield
    i18n.use("en")


def test_text():
    assert draw("text") == snapshot("""\
清河县重点项目推进情况
======================
截至6月11日（星期二）   投资数据截至5月31日

一、要解决的
------------
红灯2个，先办这两件：
  1. 环保鞋底材料：排污指标未答复，应6月10日办结，逾期1天。责任人 罗刚（审批局）。
  2. 变电间隔改造，延期后应6月14日完成。
     另有3项：projledger lagging

二、目标
--------
制造业投资4.62亿元，完成全年12亿元的38.5%，落后序时3.2个百分点；完成上半年5亿元的92.4%，超序时9.1个百分点；同比增长12.7%（按上年同期4.1亿元计算）。

目标完成
全年投资  ###############-|-----------------------  38.5%，落后3.2个百分点
上半年    ####################|###################  130%
税收      |                   |                  |  not reported
| 序时进度

指标             完成   比率
----------  ---------  -----
制造业投资  16.23亿元  54.1%
税收                —  -3.2%

三、滞后
--------
滞后事项
序  灯   项目・事项                          责任人              应完成                         差多少                    下一步
--  ---  ----------------------------------  ------------------  -----------------------------  ------------------------  ----------------
鞋业链
 1  ●红  新步鞋业二期・变电间隔改造 P001/T5  钱伟（供电公司）    6月14日（原5月31日，延期1次）  预计6月20日，晚4个工作日  周建国副县长催交
 2  ▲黄  Riverside footwear plant            唐静（招商局）      5月31日                        晚11天

新材料链
 3  □灰  碳纤维制品                          吴涛（自然资源局）  未定                           未报                      补报进度
按灯和逾期天数排序。

没有其他滞后事项。

四、图
------
挂图作战
项目           投资  灯   1月     2月     3月     4月      5月     6月     7月      8月     9月     10月     11月    12月
                          +-------+-------+-------+--------+-------+-------+--------+-------+-------+--------+-------+--------

鞋业链
新步鞋业二期    3亿  ●红       *签1月20日   *=========================|......................................o竣10月31日     >
                                            开3月8日                                                               投2025年3月
  问题1：变电间隔，6月14日，钱伟
环保鞋底材料  1.2亿  ▲黄             ------------------------------o  |
                                                                   签5月31日（晚11天）

新材料链
碳纤维制品      2亿  □灰                                              |

o - planned   * = actual   . forecast   | today
●红 ▲黄 ■蓝 ○绿 □灰（未报）

产业链图谱
上游
  鞋底材料  [缺→补]
    环保鞋底材料（在谈）
    何敏，9月30日前
-> 中游
  成鞋制造  [强]
    新步鞋业
  鞋面织造  [弱→强]
-> 下游
  品牌出口  [缺→延]
    无项目

全年灯情
1月  #===----------  # 1  = 3  - 10
2月  ==.-----------  = 2  . 1  - 11
# ●红灯   = ▲黄灯   . □灰灯   - ○绿灯

期限变动
20 June 2024 |                                                           a
             |                                                  a
             |
             |
             |a
             |
             |
             |
             |
 10 May 2024 |b                                                          b
             +------------------------------------------------------------
              2 January 2024                                  11 June 2024
a  变电间隔改造
   31 May 2024 (as of 2 January 2024) -> 14 June 2024 (as of 20 May 2024) -> 20 June 2024 (as of 11 June 2024)
b  厂房主体
   10 May 2024 (as of 2 January 2024) -> 10 May 2024 (as of 11 June 2024)
c  设备安装
   not reported

五、台账
--------
责任单位    芙蓉园区
首席服务官  林海 lin

说明
A note in English, 中文混排。
  - 甲
  - 乙

审核： ____________   签发： ____________

----------------------------------------
数据版本 3f2a1c9（有未提交修改）
日历：2024年已公布
""")


@pytest.mark.usefixtures("_chinese")
def test_terminal_of_80_cells():
    assert draw("terminal", width=80, color=False) == snapshot("""\
清河县重点项目推进情况
══════════════════════
截至6月11日（星期二）   投资数据截至5月31日

一、要解决的
────────────
红灯2个，先办这两件：
  1. 环保鞋底材料：排污指标未答复，应6月10日办结，逾期1天。责任人 罗刚（审批
     局）。
  2. 变电间隔改造，延期后应6月14日完成。
     另有3项：projledger lagging

二、目标
────────
制造业投资4.62亿元，完成全年12亿元的38.5%，落后序时3.2个百分点；完成上半年5亿元
的92.4%，超序时9.1个百分点；同比增长12.7%（按上年同期4.1亿元计算）。

目标完成
全年投资  ▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▁┃▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁  38.5%，落后3.2个百分点
上半年    ▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆┃▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆  130%
税收      │                   ┃                  │  未报
┃ 序时进度

指标             完成   比率
──────────  ─────────  ─────
制造业投资  16.23亿元  54.1%
税收                —  -3.2%

三、滞后
────────
滞后事项
序  灯  项目・事项
──────────────────
鞋业链
1  ●红  新步鞋业二期・变电间隔改造 P001/T5
  责任人  钱伟（供电公司）
  应完成  6月14日（原5月31日，延期1次）
  差多少  预计6月20日，晚4个工作日
  下一步  周建国副县长催交

2  ▲黄  Riverside footwear plant
  责任人  唐静（招商局）
  应完成  5月31日
  差多少  晚11天

新材料链
3  □灰  碳纤维制品
  责任人  吴涛（自然资源局）
  应完成  未定
  差多少  未报
  下一步  补报进度
按灯和逾期天数排序。

没有其他滞后事项。

四、图
──────
挂图作战
项目           投资  灯   1月 2月 3月  4月 5月  6月 7月  8月  9月 10月     12月
                          ┴───┴───┴────┴───┴────┴───┴────┴────┴───┴────┴───┴────

鞋业链
新步鞋业二期    3亿  ●红    ◆   ░  ◆═════════════╪╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌◇        ▸
                            签1月20日                                 竣10月31日
                                   开3月8日                          投2025年3月
  问题1：变电间隔，6月14日，钱伟
环保鞋底材料  1.2亿  ▲黄        ────────────────◇│                ░
                                                签5月31日（晚11天）

新材料链
碳纤维制品      2亿  □灰        ░                │                ░

◇ ─ 计划   ◆ ═ 实际   ╌ 预计   │ 今日   ░ 休息日
●红 ▲黄 ■蓝 ○绿 □灰（未报）

产业链图谱
上游                     →  中游                     →  下游
───────────────────────     ───────────────────────     ───────────────────────
鞋底材料  [缺→补]           成鞋制造  [强]              品牌出口  [缺→延]
  环保鞋底材料（在谈）        新步鞋业                    无项目
  何敏，9月30日前
                            鞋面织造  [弱→强]

全年灯情
1月  █▓▓▓░░░░░░░░░░  █ 1  ▓ 3  ░ 10
2月  ▓▓·░░░░░░░░░░░  ▓ 2  · 1  ░ 11
█ ●红灯   ▓ ▲黄灯   · □灰灯   ░ ○绿灯

期限变动
2024年6月20日 │                                                           a
              │                                                  a
              │
              │
              │a
              │
              │
              │
              │
2024年5月10日 │b                                                          b
              ┴────────────────────────────────────────────────────────────
               2024年1月2日                                   2024年6月11日
a  变电间隔改造
   2024年5月31日（2024年1月2日时） → 2024年6月14日（2024年5月20日时） → 2024年
   6月20日（2024年6月11日时）
b  厂房主体
   2024年5月10日（2024年1月2日时） → 2024年5月10日（2024年6月11日时）
c  设备安装
   未报

五、台账
────────
责任单位    芙蓉园区
首席服务官  林海 lin

说明
A note in English, 中文混排。
  • 甲
  • 乙

审核： ____________   签发： ____________

────────────────────────────────────────────────────────────────────────────────
数据版本 3f2a1c9（有未提交修改）
日历：2024年已公布
""")


def test_markdown():
    assert draw("markdown") == snapshot("""\
# 清河县重点项目推进情况

截至6月11日（星期二） · 投资数据截至5月31日

## 一、要解决的

红灯2个，先办这两件：

1. 环保鞋底材料：排污指标未答复，应6月10日办结，逾期1天。责任人 罗刚（审批局）。
2. 变电间隔改造，延期后应6月14日完成。

另有3项：projledger lagging

## 二、目标

制造业投资4.62亿元，完成全年12亿元的38.5%，落后序时3.2个百分点；完成上半年5亿元的92.4%，超序时9.1个百分点；同比增长12.7%（按上年同期4.1亿元计算）。

**目标完成**

|  |  |  |
| --- | --- | --- |
| 全年投资 | `███████░┃░░░░░░░░░░░` | 38.5%，落后3.2个百分点 |
| 上半年 | `██████████┃█████████` | 130% |
| 税收 | `░░░░░░░░░░┃░░░░░░░░░` | not reported |

`┃` 序时进度

| 指标 | 完成 | 比率 |
| --- | ---: | ---: |
| 制造业投资 | 16.23亿元 | 54.1% |
| 税收 | — | -3.2% |

## 三、滞后

**滞后事项**

| 序 | 灯 | 项目・事项 | 责任人 | 应完成 | 差多少 | 下一步 |
| ---: | --- | --- | --- | --- | --- | --- |
|  |  | **鞋业链** |  |  |  |  |
| 1 | ●红 | 新步鞋业二期・变电间隔改造 P001/T5 | 钱伟（供电公司） | 6月14日（原5月31日，延期1次） | 预计6月20日，晚4个工作日 | 周建国副县长催交 |
| 2 | ▲黄 | Riverside footwear plant | 唐静（招商局） | 5月31日 | 晚11天 |  |
|  |  | **新材料链** |  |  |  |  |
| 3 | □灰 | 碳纤维制品 | 吴涛（自然资源局） | 未定 | 未报 | 补报进度 |

按灯和逾期天数排序。

没有其他滞后事项。

## 四、图

**挂图作战**

| 项目 | 投资 | 灯 | time | note |
| --- | ---: | --- | --- | --- |
| **鞋业链** |  |  |  |  |
| 新步鞋业二期 | 3亿 | ●红 | actual: 8 March to 11 June<br>forecast: 12 June to 31 October<br>签1月20日 (actual, 20 January)<br>开3月8日 (actual, 8 March)<br>竣10月31日 (planned, 31 October)<br>投2025年3月 (planned, 1 March 2025) | 问题1：变电间隔，6月14日，钱伟 |
| 环保鞋底材料 | 1.2亿 | ▲黄 | planned: 12 February to 31 May<br>签5月31日（晚11天） (planned, 31 May) |  |
| **新材料链** |  |  |  |  |
| 碳纤维制品 | 2亿 | □灰 |  |  |

●红 ▲黄 ■蓝 ○绿 □灰（未报）

**产业链图谱**

- 上游
  - 鞋底材料 \\[缺→补\\]
    - 环保鞋底材料（在谈）
    - 何敏，9月30日前
- → 中游
  - 成鞋制造 \\[强\\]
    - 新步鞋业
  - 鞋面织造 \\[弱→强\\]
- → 下游
  - 品牌出口 \\[缺→延\\]
    - 无项目

**全年灯情**

|  | ●红灯 | ▲黄灯 | ○绿灯 | □灰灯 |
| --- | ---: | ---: | ---: | ---: |
| 1月 | 1 | 3 | 10 | 0 |
| 2月 | 0 | 2 | 11 | 1 |

**期限变动**

|  |  |
| --- | --- |
| 变电间隔改造 | 31 May 2024 (as of 2 January 2024) → 14 June 2024 (as of 20 May 2024) → 20 June 2024 (as of 11 June 2024) |
| 厂房主体 | 10 May 2024 (as of 2 January 2024) → 10 May 2024 (as of 11 June 2024) |
| 设备安装 | not reported |

## 五、台账

|  |  |
| --- | --- |
| 责任单位 | 芙蓉园区 |
| 首席服务官 | 林海 lin |

### 说明

A note in English, 中文混排。

- 甲
- 乙

审核： \\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_ 签发： \\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_

---

数据版本 3f2a1c9（有未提交修改）\\
日历：2024年已公布
""")


@pytest.mark.parametrize("name", ["text", "markdown", "html"])
def test_every_word_is_there(name):
    seen = draw(name).replace("\\", "")
    missing = {word for text in texts(DOCUMENT) for word in re.findall(r"\w+", text) if word not in seen}
    scale = {label for _day, label in TIMELINE.ticks}
    assert missing <= (scale if name == "markdown" else set())  # a table of dates has no scale
    assert "…" not in seen


# CSV


def rows(output: str) -> list[list[str]]:
    assert output.startswith("\ufeff")
    assert output.count("\n") == output.count("\r\n")
    return list(csv.reader(io.StringIO(output.removeprefix("\ufeff"), newline=""), strict=True))


def test_csv_is_the_main_table_with_its_values_and_groups():
    assert rows(draw("csv")) == snapshot(
        [
            ["group", "序", "灯", "项目・事项", "责任人", "应完成", "差多少", "下一步"],
            [
                "鞋业链",
                "1",
                "red",
                "新步鞋业二期・变电间隔改造 P001/T5",
                "钱伟（供电公司）",
                "2024-06-14",
                "预计6月20日，晚4个工作日",
                "周建国副县长催交",
            ],
            ["鞋业链", "2", "yellow", "Riverside footwear plant", "唐静（招商局）", "2024-05-31", "晚11天", ""],
            ["新材料链", "3", "grey", "碳纤维制品", "吴涛（自然资源局）", "未定", "未报", "补报进度"],
        ]
    )


def test_csv_writes_numbers_that_spreadsheets_count_with():
    values = (Decimal("162300.50"), Fraction(541, 1000), Fraction(-1, 3), Fraction(4, 2), -3, Decimal("1E+4"))
    table = Table((Column("n"), Column("v")), tuple((str(n), Cell("-3", v)) for n, v in enumerate(values)), main=True)
    assert [row[1] for row in rows(draw("csv", Document("t", (Section("s", (table,)),))))] == [
        "v",
        "162300.50",
        "0.541",
        "-0.3333333333333333",
        "2",
        "-3",
        "10000",
    ]


def test_csv_without_a_main_table_says_what_to_use():
    with pytest.raises(NoTableError, match="markdown, json or html"):
        draw("csv", Document("t", (replace(LAGGING, main=False), Section("s", (FIGURES,)))))


# HTML


class Page(HTMLParser):
    """The elements of a page with their attributes, and its texts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def test_html_of_some_blocks():
    document = Document(
        "County & Co",
        (
            Section("Targets", (Paragraph("Two <red>."), Items(("a", "b"), more="1 more"), BARS, FIGURES)),
            Facts((("Owner", "Lin"),)),
        ),
        ("as of 11 June",),
        ("data 3f2a1c9",),
    )
    page = draw("html", document)
    assert page[page.index("<body>") :] == snapshot("""\
<body>
<header>
<h1>County &amp; Co</h1><p><span>as of 11 June</span></p>
</header>
<main>
<section>
<h2>Targets</h2>
<p>Two &lt;red&gt;.</p>
<ul>
<li>a</li>
<li>b</li>
</ul>
<p class="more">1 more</p>
<table class="bars"><caption>目标完成</caption><tbody>
<tr><th scope="row">全年投资</th><td><svg class="bar" role="img" aria-label="全年投资 38.5%，落后3.2个百分点"><rect class="track" width="100%" height="100%"/><rect class="fill yellow" width="38.5%" height="100%"/><line class="mark" x1="41.7%" x2="41.7%" y1="-20%" y2="120%"/></svg></td><td>38.5%，落后3.2个百分点</td></tr>
<tr><th scope="row">上半年</th><td><svg class="bar" role="img" aria-label="上半年 130%"><rect class="track" width="100%" height="100%"/><rect class="fill green" width="100%" height="100%"/><line class="mark" x1="50%" x2="50%" y1="-20%" y2="120%"/></svg></td><td>130%</td></tr>
<tr><th scope="row">税收</th><td><svg class="bar" role="img" aria-label="税收"><rect class="track missing" width="100%" height="100%"/><line class="mark" x1="50%" x2="50%" y1="-20%" y2="120%"/></svg></td><td>not reported</td></tr>
</tbody></table><p class="note"><i class="mark"></i>序时进度</p>
<div class="scroll"><table>
<thead><tr><th scope="col" class="short">指标</th><th scope="col" class="number short">完成</th><th scope="col" class="number tiny">比率</th></tr></thead>
<tbody>
<tr><td class="short">制造业投资</td><td class="number short">16.23亿元</td><td class="number tiny">54.1%</td></tr>
<tr><td class="short">税收</td><td class="number short">—</td><td class="number tiny">-3.2%</td></tr>
</tbody></table></div>
</section>
<dl>
<div><dt>Owner</dt><dd>Lin</dd></div>
</dl>
</main>
<footer>
<p>data 3f2a1c9</p>
</footer>
</body>
</html>
""")


def test_html_asks_for_nothing_and_runs_nothing():
    page = draw("html")
    found = Page(page)
    names = {name for _tag, attributes in found.elements for name in attributes}
    assert not names & {"style", "src", "srcset", "action"}
    assert not [name for name in names if name.startswith("on")]
    assert {attributes["href"] for attributes in found.all("use")} == {"#behind1"}
    assert not {tag for tag, _attributes in found.elements} & {"script", "link", "img", "iframe", "a", "form", "object"}
    assert "http" not in page.replace('http-equiv="Content-Security-Policy"', "")
    style = re.search(r"<style>(.*)</style>", page, re.DOTALL)
    assert style is not None
    assert "@import" not in style[1]
    assert re.findall(r"url\([^#]", style[1]) == []
    policy = next(a["content"] for a in found.all("meta") if a.get("http-equiv") == "Content-Security-Policy")
    digest = b64encode(sha256(style[1].encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def test_html_can_be_heard():
    found = Page(draw("html"))
    assert found.all("html") == [{"lang": "zh-CN"}]
    headings = [int(tag[1]) for tag, _attributes in found.elements if re.fullmatch("h[1-6]", tag)]
    assert headings[0] == 1
    assert all(deeper - level <= 1 for level, deeper in pairwise(headings))
    assert all(attributes.get("scope") in {"col", "row", "rowgroup"} for attributes in found.all("th"))
    outer = [a for a in found.all("svg") if not {"x", "y"} & a.keys()]
    assert all(a.get("aria-hidden") == "true" or (a.get("role") == "img" and a.get("aria-label")) for a in outer)


def test_a_wall_chart_prints_on_a3_and_a_page_on_the_paper_asked_for():
    chart = Document("t", (Section("s", (TIMELINE,)),), landscape=True, paper="A3")
    assert "@page{size:A3 landscape;" in draw("html", chart)
    assert "@page{size:A4 landscape;" in draw("html", replace(chart, paper="A4"))
    assert "@page{size:A4 portrait;" in draw("html", replace(chart, landscape=False), paper="A4")


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.1 defines it."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("name", ["ink", "soft", "slate", "red", "yellow", "blue", "green", "grey"])
def test_words_can_be_read_on_both_backgrounds(theme, name):
    assert theme.keys() == LIGHT.keys()
    assert min(contrast(theme[name], theme["paper"]), contrast(theme[name], theme["band"])) >= 4.5


@pytest.mark.parametrize("background", ["#000000", "#1e1e1e", "#ffffff", "#fdf6e3"])
def test_lights_stand_out_on_any_terminal(background):
    # The cube's six steps are 0, 95, 135, 175, 215 and 255; entries from 232 on are greys 8, 18, 28 ...
    from projledger.render.terminal import _STYLES

    steps = (0, 95, 135, 175, 215, 255)
    for tone in ("red", "yellow", "grey", "blue", "green"):
        entry = int(_STYLES[tone].removeprefix("color(").removesuffix(")"))
        cube = entry - 16
        channels = (
            [steps[cube // 36], steps[cube // 6 % 6], steps[cube % 6]] if entry < 232 else [8 + 10 * (entry - 232)] * 3
        )
        assert contrast("#{:02x}{:02x}{:02x}".format(*channels), background) >= 2.9
