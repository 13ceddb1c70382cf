"""Kinds of organisations and the attributes of schools, with their code lists (processes.md C)."""

from __future__ import annotations

from collections.abc import Mapping

OUTSIDE = "outside_bureau"
"""The kind of an organisation elsewhere that takes part in cases by invitation."""

ORGANISATION_KINDS: Mapping[str, tuple[str, str]] = {
    "bureau": ("教育局", "Bureau"),
    "section": ("科室", "Section"),
    "school": ("学校", "School"),
    "kindergarten": ("幼儿园", "Kindergarten"),
    "department": ("县级部门", "County department"),
    OUTSIDE: ("外地教育局", "Outside bureau"),
}

SCHOOL_ATTRIBUTES: Mapping[str, tuple[str, str]] = {
    "stage": ("学段", "Stage"),  # primary, teaching_point, junior, nine_year, senior, kindergarten …
    "owner": ("举办者", "Owner"),  # public, private_nonprofit …
    "location": ("城乡", "Location"),  # urban, town, rural
    "level": ("办学水平", "Level"),  # quality, ordinary, weak
    "is_new": ("新建学校", "New school"),  # yes, no
    "classes": ("班数", "Classes"),
    "pupils": ("学生数", "Pupils"),
    "on_post": ("在编在岗教职工", "Staff on post"),
    "young_teachers": ("青年教师数", "Young teachers"),
    "backbone": ("县级以上骨干教师数", "Backbone teachers"),
    "higher_degree": ("高于规定学历教师数", "Teachers with a higher degree"),
    "pe_art": ("体艺教师数", "PE and arts teachers"),
    "quality_score": ("教学质量监测得分", "Score of teaching quality"),
    "satisfaction": ("家长满意度（%）", "Satisfaction of parents (%)"),
    "latitude": ("纬度", "Latitude"),
    "longitude": ("经度", "Longitude"),
    "last_appraisal": ("最近年度考核", "Last appraisal"),  # excellent, good, qualified, failed
    "grave_case_on": ("最近严重安全或师德事件日期", "Date of the last grave case"),
    "close_knit_group": ("所在紧密型集团", "Close-knit group"),
}

SCHOOL_KINDS = frozenset({"school", "kindergarten"})
"""Kinds of organisations that teach."""


def several(kind: str) -> list[str]:
    """The kinds that a field of a form names: ``school`` one, ``school|kindergarten`` two."""
    return kind.split("|")


INSIDE_KINDS = frozenset({"bureau", "section", "department"})
"""Kinds of organisations where an internal position may be held."""

COUNTS = frozenset(
    {
        "classes",
        "pupils",
        "on_post",
        "young_teachers",
        "backbone",
        "higher_degree",
        "pe_art",
        "quality_score",
        "satisfaction",
    }
)
"""Attributes whose values are whole numbers."""

DATES = frozenset({"grave_case_on"})
"""Attributes whose values are dates."""

CODES: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "stage": {
        "kindergarten": ("幼儿园", "Kindergarten"),
        "primary": ("小学", "Primary"),
        "teaching_point": ("教学点", "Teaching point"),
        "junior": ("初中", "Junior secondary"),
        "nine_year": ("九年一贯制", "Nine-year"),
        "full_secondary": ("完全中学", "Full secondary"),
        "senior": ("高中", "Senior secondary"),
        "special": ("特殊教育", "Special education"),
        "vocational": ("中职", "Vocational"),
    },
    "owner": {"public": ("公办", "Public"), "private_nonprofit": ("民办非营利", "Private, non-profit")},
    "location": {"urban": ("城区", "Urban"), "town": ("镇区", "Town"), "rural": ("乡村", "Rural")},
    "level": {"quality": ("优质", "Strong"), "ordinary": ("一般", "Ordinary"), "weak": ("薄弱", "Weak")},
    "is_new": {"yes": ("是", "Yes"), "no": ("否", "No")},
    "last_appraisal": {
        "excellent": ("优秀", "Excellent"),
        "good": ("良好", "Good"),
        "qualified": ("合格", "Qualified"),
        "failed": ("不合格", "Failed"),
    },
}
"""Attribute -> code -> names in both languages."""
