"""One Document with every kind of block, about an invented county, and what goes with it."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from projledger.document import (
    Bar,
    Bars,
    Blank,
    Cell,
    ChainMap,
    Column,
    Document,
    Facts,
    Items,
    Line,
    MapNode,
    Paragraph,
    Point,
    Run,
    Section,
    Stack,
    Stacks,
    Stretch,
    Table,
    Timeline,
    TimelineRow,
    Trend,
)
from projledger.render import Envelope

RED, YELLOW, GREY = (Run("●红", "red"),), (Run("▲黄", "yellow"),), (Run("□灰", "grey"),)

LAGGING = Table(
    columns=(
        Column("序", "right"),
        Column("灯"),
        Column("项目・事项", wrap=True),
        Column("责任人"),
        Column("应完成", wrap=True),
        Column("差多少", wrap=True),
        Column("下一步", wrap=True),
    ),
    rows=(
        ("鞋业链",),
        (
            Cell("1", 1),
            Cell(RED, "red"),
            (Run("新步鞋业二期・变电间隔改造 "), Run("P001/T5", "dim")),
            "钱伟（供电公司）",
            Cell("6月14日（原5月31日，延期1次）", date(2024, 6, 14)),
            "预计6月20日，晚4个工作日",
            "周建国副县长催交",
        ),
        (
            Cell("2", 2),
            Cell(YELLOW, "yellow"),
            "Riverside footwear plant",
            "唐静（招商局）",
            Cell("5月31日", date(2024, 5, 31)),
            "晚11天",
            "",
        ),
        ("新材料链",),
        (Cell("3", 3), Cell(GREY, "grey"), "碳纤维制品", "吴涛（自然资源局）", "未定", "未报", "补报进度"),
    ),
    title="滞后事项",
    note="按灯和逾期天数排序。",
    main=True,
)

FIGURES = Table(
    columns=(Column("指标"), Column("完成", "right"), Column("比率", "right")),
    rows=(
        ("制造业投资", Cell("16.23亿元", Decimal("162300.50")), Cell("54.1%", Fraction(541, 1000))),
        ("税收", Cell("—"), Cell("-3.2%", Fraction(-1, 3))),
    ),
)

TIMELINE = Timeline(
    columns=(Column("项目"), Column("投资", "right"), Column("灯")),
    rows=(
        TimelineRow(
            ("新步鞋业二期", "3亿", RED),
            (
                Stretch(date(2024, 3, 8), date(2024, 6, 11), "actual", "red"),
                Stretch(date(2024, 6, 12), date(2024, 10, 31), "forecast", "red"),
            ),
            (
                Point(date(2024, 1, 20), "签1月20日", "actual"),
                Point(date(2024, 3, 8), "开3月8日", "actual"),
                Point(date(2024, 10, 31), "竣10月31日"),
                Point(date(2025, 3, 1), "投2025年3月"),
            ),
            note="问题1：变电间隔，6月14日，钱伟",
            group="鞋业链",
        ),
        TimelineRow(
            ("环保鞋底材料", "1.2亿", YELLOW),
            (Stretch(date(2024, 2, 12), date(2024, 5, 31)),),
            (Point(date(2024, 5, 31), "签5月31日（晚11天）", tone="yellow"),),
            group="鞋业链",
        ),
        TimelineRow(("碳纤维制品", "2亿", GREY), group="新材料链"),
    ),
    start=date(2024, 1, 1),
    end=date(2024, 12, 31),
    ticks=tuple((date(2024, month, 1), f"{month}月") for month in range(1, 13)),
    today=date(2024, 6, 11),
    shaded=((date(2024, 2, 10), date(2024, 2, 17)), (date(2024, 10, 1), date(2024, 10, 7))),
    legend="●红 ▲黄 ■蓝 ○绿 □灰（未报）",
    title="挂图作战",
)

CHAIN = ChainMap(
    (
        ("上游", (MapNode("鞋底材料", (Run("缺→补", "red"),), ("环保鞋底材料（在谈）", "何敏，9月30日前"), "red"),)),
        ("中游", (MapNode("成鞋制造", "强", ("新步鞋业",)), MapNode("鞋面织造", "弱→强", (), "yellow"))),
        ("下游", (MapNode("品牌出口", "缺→延", ("无项目",), "red"),)),
    ),
    "产业链图谱",
)

STACKS = Stacks(
    (
        Stack("1月", (("red", 1), ("yellow", 3), ("green", 10))),
        Stack("2月", (("red", 0), ("yellow", 2), ("grey", 1), ("green", 11))),
    ),
    "全年灯情",
    (("red", "●红灯"), ("yellow", "▲黄灯"), ("grey", "□灰灯"), ("green", "○绿灯")),
)


def _day(month: int, day: int) -> Fraction:
    return Fraction(date(2024, month, day).toordinal())


TREND = Trend(
    (
        Line(
            "变电间隔改造",
            ((date(2024, 1, 2), _day(5, 31)), (date(2024, 5, 20), _day(6, 14)), (date(2024, 6, 11), _day(6, 20))),
            "red",
        ),
        Line("厂房主体", ((date(2024, 1, 2), _day(5, 10)), (date(2024, 6, 11), _day(5, 10))), "green"),
        Line("设备安装", ()),
    ),
    "期限变动",
    y_is_date=True,
)

BARS = Bars(
    (
        Bar("全年投资", Fraction(385, 1000), "38.5%，落后3.2个百分点", Fraction(417, 1000), "yellow"),
        Bar("上半年", Fraction(13, 10), "130%", Fraction(1, 2), "green"),
        Bar("税收", None, "", Fraction(1, 2)),
    ),
    "目标完成",
    "序时进度",
)

DOCUMENT = Document(
    title="清河县重点项目推进情况",
    blocks=(
        Section(
            "一、要解决的",
            (
                Paragraph("红灯2个，先办这两件："),
                Items(
                    (
                        "环保鞋底材料：排污指标未答复，应6月10日办结，逾期1天。责任人 罗刚（审批局）。",
                        (Run("变电间隔改造", "strong"), Run("，延期后应6月14日完成。")),
                    ),
                    numbered=True,
                    more="另有3项：projledger lagging",
                ),
            ),
        ),
        Section(
            "二、目标",
            (
                Paragraph(
                    "制造业投资4.62亿元，完成全年12亿元的38.5%，落后序时3.2个百分点；"
                    "完成上半年5亿元的92.4%，超序时9.1个百分点；同比增长12.7%（按上年同期4.1亿元计算）。"
                ),
                BARS,
                FIGURES,
            ),
        ),
        Section("三、滞后", (LAGGING, Table((Column("灯"), Column("责任人")), (), empty="没有其他滞后事项。"))),
        Section("四、图", (TIMELINE, CHAIN, STACKS, TREND)),
        Section(
            "五、台账",
            (
                Facts((("责任单位", "芙蓉园区"), ("首席服务官", (Run("林海 "), Run("lin", "dim"))))),
                Section("说明", (Paragraph("A note in English, 中文混排。", "dim"), Items(("甲", "乙")))),
                Blank(("审核：", "签发：")),
            ),
        ),
    ),
    asides=("截至6月11日（星期二）", "投资数据截至5月31日"),
    footer=("数据版本 3f2a1c9（有未提交修改）", "日历：2024年已公布"),
    language="zh",
    landscape=True,
)

ENVELOPE = Envelope("status", "清河县", date(2024, 6, 11), "3f2a1c9", dirty=True, left_out=("projects/坏.yaml",))

SIGNS = frozenset({"tone", "kind", "align", "language", "paper"})
"""Fields that hold no text."""

TONES = frozenset({"plain", "strong", "dim", "red", "yellow", "grey", "blue", "green"})


def texts(value: object) -> Iterator[str]:
    """Every text of a document."""
    if isinstance(value, str) and value and value not in TONES:
        yield value
    elif is_dataclass(value):
        for field in fields(value):
            if field.name not in SIGNS:
                yield from texts(getattr(value, field.name))
    elif isinstance(value, tuple):
        for item in value:
            yield from texts(item)
