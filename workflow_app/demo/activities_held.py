"""What the two schools of the older pairing did together, month by month, in the demonstration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Held:
    """An activity: the day on which it was entered, what was done, by how many people for how many hours."""

    entered: str
    form: str
    title: str
    heads: int
    hours: str
    content: str


ACTIVITIES: Sequence[Held] = (
    Held("2024-09-19", "visit", "结对启动互访", 16, "2.0", "两校班子互访，商定学年帮扶计划和联系教师。"),
    Held("2024-10-24", "demonstration", "数学示范课", 22, "2.0", "执教四年级“小数的意义”，课后集体评课。"),
    Held("2024-11-21", "shadowing", "教师跟岗", 3, "24.0", "三名青年教师到支援方跟岗一周，参加备课和听课。"),
    Held("2024-12-12", "research", "联合教研", 28, "3.0", "围绕单元整体教学同课异构两节，交流作业设计。"),
    Held("2025-03-20", "delivery", "送教下乡", 24, "4.0", "音乐、体育送教各两节，移交教学资源一套。"),
    Held("2025-04-17", "training", "班主任培训", 31, "3.5", "专题讲座“班级管理与家校沟通”，分组研讨。"),
    Held("2025-05-22", "demonstration", "语文示范课", 19, "2.0", "执教五年级习作指导课，现场修改学生作文。"),
    Held("2025-09-18", "research", "新学年教研", 26, "3.0", "对照上学年监测结果逐学科分析，确定改进重点。"),
    Held("2025-10-23", "shadowing", "骨干跟岗", 2, "24.0", "两名教研组长跟岗，参与支援方校本教研。"),
    Held("2025-11-20", "delivery", "送教下乡", 27, "4.0", "科学、美术送教各两节，指导实验室使用。"),
    Held("2025-12-18", "demonstration", "数学示范课", 21, "2.0", "执教六年级复习课，交流分层作业。"),
    Held("2026-01-08", "training", "信息技术培训", 33, "3.5", "智慧教育平台备课和课堂应用培训。"),
    Held("2026-01-15", "research", "联合教研", 25, "3.0", "两校同课异构三节，形成典型课例。"),
)
"""What both sides confirmed, in most months of the two school years."""
AUTUMN = (
    Held("2026-10-10", "visit", "续签后首次互访", 14, "2.0", "两校商定新一轮帮扶重点：音体美课程和青年教师培养。"),
    Held("2026-10-29", "delivery", "送教下乡", 23, "4.0", "合唱、足球送教各两节，交流社团活动方案。"),
)
