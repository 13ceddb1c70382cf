"""Checks on schools: staff for the pupils there are (D13), pupils that funds are counted for (D50)."""

from __future__ import annotations

from dataclasses import dataclass

from workflow_app.definitions.case_view import CheckContext
from workflow_app.policy.arithmetic import heads_per
from workflow_app.policy.finding import Figures, Finding
from workflow_app.policy.parameters import Policy
from workflow_app.registers.application import application
from workflow_app.registers.schools import School
from workflow_app.text import Text, listed, one_after_another

PUPILS_PER_STAFF = {
    "primary": "pupils_per_staff_primary",
    "teaching_point": "pupils_per_staff_primary",
    "junior": "pupils_per_staff_junior",
    "senior": "pupils_per_staff_senior",
}
"""Stage -> the parameter of its ratio. Schools of several stages are not reckoned: pupils are not known by stage."""


@dataclass(frozen=True)
class Staffing:
    """The staff that a school needs, the staff it has, and the parameters that were used."""

    school: School
    needed: int | None  # None where a figure is missing or the school has several stages
    on_post: int | None
    keys: tuple[str, ...]

    @property
    def shortage(self) -> int:
        """How many are missing; 0 if none, or if it cannot be told."""
        return 0 if self.needed is None or self.on_post is None else max(0, self.needed - self.on_post)

    @property
    def words(self) -> Text:
        """应配56人，在编在岗58人; what is not known is said."""
        needed = Text("无法核算") if self.needed is None else Text("应配{count}人", count=self.needed)
        on_post = Text("在编在岗人数无记录") if self.on_post is None else Text("在编在岗{count}人", count=self.on_post)
        return Text("{needed}，{on_post}", needed=needed, on_post=on_post)


def staffing_of(school: School, policy: Policy) -> Staffing:
    """D13: pupils by the ratio of the stage, rounded up; small schools (<200 pupils) by their classes.

    003·A7二(一)1: 高中1:12.5、初中1:13.5、小学1:19；200人以下学校按不低于1:2的班级与教职工比例.
    """
    pupils, classes, on_post = (school.number(key) for key in ("pupils", "classes", "on_post"))
    if pupils is None:
        return Staffing(school, None, on_post, ())
    if pupils < policy.integer("small_school_pupils"):
        keys: tuple[str, ...] = ("small_school_pupils", "small_school_staff_per_class")
        needed = None if classes is None else classes * policy.integer("small_school_staff_per_class")
        return Staffing(school, needed, on_post, keys)
    key = PUPILS_PER_STAFF.get(school.value("stage") or "")
    if key is None:
        return Staffing(school, None, on_post, ())
    return Staffing(school, heads_per(pupils, policy.fraction(key)), on_post, (key,))


def staffing(context: CheckContext) -> Finding:
    """schools.staffing (D13): the staff needed against the staff on post, for the lead school and each member."""
    asked = application(context)
    found = [staffing_of(school, asked.policy) for school in asked.schools]
    short, unknown = [s for s in found if s.shortage], [s for s in found if s.needed is None or s.on_post is None]
    figures: Figures = {s.school.name: s.words for s in found}
    used = tuple(asked.policy.used(key) for key in dict.fromkeys(key for s in found for key in s.keys))
    clause = asked.policy.used("small_school_pupils").clause
    name = "schools.staffing"
    if short:
        lacking = [
            Text("{school}缺{count}人（{words}）", school=s.school.name, count=s.shortage, words=s.words) for s in short
        ]
        message = Text("教职工配备不足：{listed}。", listed=one_after_another(lacking))
        return Finding(name, "advice", message, clause, figures, used, "members")
    if unknown:
        message = Text(
            "{listed}的学生数、班数或在编在岗人数不全，或含多个学段，请人工核算教职工配备。",
            listed=listed([s.school.name for s in unknown]),
        )
        return Finding(name, "advice", message, clause, figures, used, "members")
    return Finding(name, "clear", Text("各校教职工配备均不低于标准。"), clause, figures, used)


def staffing_figure(context: CheckContext) -> Text:
    """The staff needed and on post of each school, one after another."""
    asked = application(context)
    found = [staffing_of(each, asked.policy) for each in asked.schools]
    return one_after_another([Text("{school}：{words}", school=s.school.name, words=s.words) for s in found])


def funds_pupils(context: CheckContext) -> Finding:
    """schools.funds_pupils (D50): a school of fewer than a hundred pupils is funded as one of a hundred.

    003·A3三(二): 不足百人学校按一百人核定公用经费. It informs; nothing has to be answered.
    """
    asked = application(context)
    used = asked.policy.used("funds_min_pupils")
    least = asked.policy.integer("funds_min_pupils")
    counts = {school.name: school.number("pupils") for school in asked.schools}
    figures: Figures = {
        name: Text("无记录") if n is None else Text("{count}人，按{counted}人核定", count=n, counted=max(n, least))
        for name, n in counts.items()
    }
    raised = [
        Text("{school}{count}人，按{counted}人核定", school=name, count=n, counted=least)
        for name, n in counts.items()
        if n is not None and n < least
    ]
    message = (
        Text("公用经费：{listed}。", listed=one_after_another(raised))
        if raised
        else Text("各校学生数均不少于{least}人，公用经费按实有人数核定。", least=least)
    )
    return Finding("schools.funds_pupils", "clear", message, used.clause, figures, (used,))
