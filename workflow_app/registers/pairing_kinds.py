"""Code lists of pairings: kinds with what differs between them, indicators, needs, forms of activity, grades."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from workflow_app.registers.schools import School
from workflow_app.text import Text, bilingual

Owner = Literal["public", "private"]


@dataclass(frozen=True)
class PairingKind:
    """A kind of pairing and what it asks of the two sides."""

    zh: str
    en: str
    clause: str
    outside: bool = False  # the helper is an outside bureau, which is written to by 函
    kindergartens: bool = False  # both sides are kindergartens
    strong_helper: bool = False  # the helper is listed as 优质
    new_recipient: bool = False  # the recipient is newly founded: a branch
    helper_owner: Owner | None = None
    recipient_owner: Owner | None = None
    team: bool = False  # help comes as a team: a least number of people is sent

    @property
    def name(self) -> Text:
        """What the kind is called, within a message."""
        return bilingual(self.zh, self.en)


KINDS: Mapping[str, PairingKind] = {
    "school_pair": PairingKind("校际结对", "School pairing", "004·N二(三)4b"),
    "team": PairingKind("组团式帮扶", "Assistance by a team", "002·二6a", team=True),
    "cross_city": PairingKind("跨市对口帮扶", "Assistance across cities", "004·主二12", outside=True),
    "east_west": PairingKind("东西部协作", "East–West cooperation", "002·二8", outside=True),
    "strong_helps_weak": PairingKind(
        "名园带弱园", "Strong kindergarten helps weak", "003·二(二)9", kindergartens=True, strong_helper=True
    ),
    "strong_founds_branch": PairingKind(
        "名园办分园",
        "Strong kindergarten runs a branch",
        "003·二(二)9",
        kindergartens=True,
        strong_helper=True,
        new_recipient=True,
    ),
    "public_leads_private": PairingKind(
        "公办带民办",
        "Public kindergarten leads private",
        "003·二(二)9",
        kindergartens=True,
        helper_owner="public",
        recipient_owner="private",
    ),
    "public_private": PairingKind(
        "公办民办共建",
        "Public and private build together",
        "003·二(一)2",
        helper_owner="public",
        recipient_owner="private",
    ),
}
"""Kind -> what it asks for. The codes are those of the form files."""

OUTSIDE = frozenset(code for code, kind in KINDS.items() if kind.outside)
"""The kinds whose helper is an outside bureau."""


@dataclass(frozen=True)
class Indicator:
    """A figure by which need, strength and progress are told. More is better."""

    zh: str
    en: str
    attribute: str  # the recorded attribute of schools that it is read from
    per_hundred_pupils: bool = False

    @property
    def name(self) -> Text:
        """What the figure is called, within a message."""
        return bilingual(self.zh, self.en)

    def of(self, school: School) -> Fraction | None:
        """The figure of a school as recorded; None if something is not recorded."""
        count = school.number(self.attribute)
        if count is None or not self.per_hundred_pupils:
            return None if count is None else Fraction(count)
        pupils = school.number("pupils")
        return Fraction(100 * count, pupils) if pupils else None


INDICATORS: Mapping[str, Indicator] = {
    "quality": Indicator("教学质量监测得分", "Score of teaching quality", "quality_score"),
    "satisfaction": Indicator("家长满意度（%）", "Satisfaction of parents (%)", "satisfaction"),
    "backbone": Indicator("每百名学生县级以上骨干教师数", "Backbone teachers per 100 pupils", "backbone", True),
    "higher_degree": Indicator(
        "每百名学生高于规定学历教师数", "Teachers with a higher degree per 100 pupils", "higher_degree", True
    ),
    "pe_art": Indicator("每百名学生体艺教师数", "PE and arts teachers per 100 pupils", "pe_art", True),
}
"""Indicator -> where it is read from (processes.md D18 and the yearly data of schools)."""

STRENGTHS: Mapping[str, tuple[str, ...]] = {
    "teaching": ("quality",),
    "research": ("backbone",),
    "informatics": ("higher_degree",),
    "management": ("satisfaction",),
    "subject_staff": ("higher_degree", "pe_art"),
}
"""Need (教学、教研、信息化、管理、学科师资; 004·N二(三)4b) -> the figures in which a helper should be stronger."""

NEEDS: Mapping[str, Text] = {
    "teaching": Text("教学"),
    "research": Text("教研"),
    "informatics": Text("信息化"),
    "management": Text("管理"),
    "subject_staff": Text("学科师资"),
}
"""Needs as the recipient names them."""

ACTIVITY_FORMS: Mapping[str, Text] = {
    "demonstration": Text("示范课"),
    "shadowing": Text("跟岗"),
    "delivery": Text("送教"),
    "research": Text("教研"),
    "training": Text("培训"),
    "visit": Text("互访"),
}
"""Forms of activity (processes.md B2, 活动记录)."""

GRADES: Mapping[str, Text] = {"excellent": Text("优秀"), "qualified": Text("合格"), "failed": Text("不合格")}
NEXT_STEPS: Mapping[str, Text] = {"renew": Text("续签"), "change": Text("调整"), "end": Text("终止")}
CHANGES: Mapping[str, Text] = {"renewed": Text("续签"), "changed": Text("调整"), "ended": Text("终止")}


MIDTERM_LINES: Mapping[str, Text] = {
    "progress": Text("指标进展"),
    "activities": Text("活动开展"),
    "duties": Text("责任落实"),
    "management": Text("过程管理"),
}
"""The lines of the score sheet of a mid-term check, in its order; fields and weights are named after them."""

MIDTERM_RESULTS: Mapping[str, Text] = {
    "passed": Text("通过"),
    "mending": Text("限期整改"),
    "mended": Text("整改通过"),
    "ended": Text("终止结对"),
}
"""How a mid-term check stands."""


def owner_of(school: School) -> Owner | None:
    """Whether a school is public or private; None if that is not recorded."""
    recorded = school.value("owner")
    if recorded is None:
        return None
    return "public" if recorded == "public" else "private"
