"""Staff for the pupils there are (D13) and pupils that funds are counted for (D50): E1 and the edges."""

from __future__ import annotations

import pytest

from tests.county import in_chinese
from tests.registers.conftest import County
from workflow_app.registers.schools_checks import funds_pupils, staffing, staffing_figure


def test_e1_staffing_is_an_advice_with_its_figures(county: County) -> None:
    finding = staffing(county.applying())
    assert finding.level == "advice"
    assert finding.clause == "003·A7二(一)1"
    assert in_chinese(finding.figures) == {
        "青禾县实验小学": "应配56人，在编在岗58人",
        "柳溪镇中心小学": "应配26人，在编在岗25人",
        "石桥村小学": "应配12人，在编在岗11人",
    }
    assert "柳溪镇中心小学缺1人" in str(finding.message)
    assert "石桥村小学缺1人" in str(finding.message)
    assert "青禾县实验小学缺" not in str(finding.message)
    assert [u.key for u in finding.used] == [
        "pupils_per_staff_primary",
        "small_school_pupils",
        "small_school_staff_per_class",
    ]


@pytest.mark.parametrize(
    ("facts", "said", "level"),
    [
        ({"stage": "primary", "pupils": "200", "classes": "6", "on_post": "11"}, "应配11人，在编在岗11人", "clear"),
        ({"stage": "primary", "pupils": "199", "classes": "6", "on_post": "11"}, "应配12人，在编在岗11人", "advice"),
        ({"stage": "junior", "pupils": "270", "classes": "6", "on_post": "20"}, "应配20人，在编在岗20人", "clear"),
        ({"stage": "senior", "pupils": "1001", "classes": "20", "on_post": "80"}, "应配81人，在编在岗80人", "advice"),
        ({"stage": "nine_year", "pupils": "900", "classes": "20", "on_post": "80"}, "无法核算，在编在岗80人", "advice"),
        ({"stage": "primary", "pupils": "900", "classes": "20"}, "应配48人，在编在岗人数无记录", "advice"),
        ({"stage": "primary", "pupils": "90", "on_post": "8"}, "无法核算，在编在岗8人", "advice"),
        ({"stage": "primary", "classes": "20", "on_post": "80"}, "无法核算，在编在岗80人", "advice"),
    ],
)
def test_staffing_by_stage_and_size(county: County, facts: dict[str, str], said: str, level: str) -> None:
    member = county.school("新校", facts)
    finding = staffing(county.applying(members=[{"school": member}]))
    assert (in_chinese(finding.figures)["新校"], finding.level) == (said, level)


def test_the_figure_of_the_form_says_the_same(county: County) -> None:
    assert str(staffing_figure(county.applying())).split("；")[2] == "石桥村小学：应配12人，在编在岗11人"


def test_e1_funds_count_a_hundred_pupils(county: County) -> None:
    finding = funds_pupils(county.applying())
    assert finding.level == "clear"
    assert finding.clause == "003·A3三(二)"
    assert str(finding.message) == "公用经费：石桥村小学96人，按100人核定。"
    assert in_chinese(finding.figures)["石桥村小学"] == "96人，按100人核定"
    assert in_chinese(finding.figures)["青禾县实验小学"] == "1056人，按1056人核定"


def test_funds_of_larger_schools_count_the_pupils_there_are(county: County) -> None:
    finding = funds_pupils(county.applying(members=[{"school": county.ids["柳溪镇中心小学"]}]))
    assert str(finding.message) == "各校学生数均不少于100人，公用经费按实有人数核定。"
    unknown = county.school("新校", {})
    assert in_chinese(funds_pupils(county.applying(members=[{"school": unknown}])).figures)["新校"] == "无记录"


def test_the_checks_work_on_the_earlier_application_too(county: County) -> None:
    county.answer("apply", county.application())
    finding = funds_pupils(county.answering("committee", {"members": 7}))
    assert "石桥村小学" in finding.figures
