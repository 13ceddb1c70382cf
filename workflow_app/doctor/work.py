"""Checks of the worker: it lives, nothing waits for it, and it vouches for the audit log."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflow_app.audit.models import AuditEvent
from workflow_app.doctor.finding import Finding, Place, fine
from workflow_app.hourly import KINDS
from workflow_app.jobs.models import Job
from workflow_app.text import Text

LONGEST_WAIT = timedelta(minutes=5)
"""How long a job may be due: a running worker looks every second."""
LONGEST_SILENCE = timedelta(hours=2)
"""How long a worker may have given no sign; it does something every hour."""

_START = Text("请启动workflow-app serve或workflow-app worker，并查看它的输出。")


def worker(place: Place, session: Session) -> Finding:
    """A worker has done its hourly jobs lately."""
    last = session.scalar(select(func.max(Job.done_at)).where(Job.kind.in_(KINDS)))
    if last is None:
        return Finding("warning", Text("工作进程还没有运行过"), _START)
    if place.now - last > LONGEST_SILENCE:
        hours = (place.now - last) // timedelta(hours=1)
        return Finding("fault", Text("工作进程已有{hours}小时没有动静", hours=hours), _START)
    return fine(Text("工作进程正常"))


def waiting_jobs(place: Place, session: Session) -> Finding:
    """No job is left lying: those taken by a worker, or set aside after a failure, are being looked after."""
    waiting = (Job.done_at.is_(None), Job.failed_at.is_(None), Job.lease_until.is_(None))
    oldest = session.scalar(select(func.min(Job.due_at)).where(*waiting))
    if oldest is not None and place.now - oldest > LONGEST_WAIT:
        minutes = (place.now - oldest) // timedelta(minutes=1)
        return Finding("fault", Text("有到期的后台工作等了{minutes}分钟", minutes=minutes), _START)
    failed = session.scalar(select(func.count()).where(Job.failed_at.is_not(None)))
    if failed:
        return Finding(
            "warning",
            Text("有{count}项后台工作多次失败，已放弃", count=failed),
            Text("原因见“异常”页面和工作进程的输出。"),
        )
    return fine(Text("没有积压的后台工作"))


def checkpoint(place: Place, session: Session) -> Finding:
    """The audit log was vouched for lately."""
    last = session.scalar(select(func.max(AuditEvent.at)).where(AuditEvent.kind == "checkpoint_made"))
    folder = str(place.config.checkpoint_folder)
    if last is None:
        return Finding("warning", Text("还没有做过审计检查点"), _START)
    if place.now - last > LONGEST_SILENCE:
        hours = (place.now - last) // timedelta(hours=1)
        return Finding(
            "warning",
            Text("上一个审计检查点是{hours}小时前做的", hours=hours),
            Text("请查看工作进程的输出，并核对文件夹{folder}能否写入。", folder=folder),
        )
    if place.config.checkpoints is None:
        return Finding(
            "warning",
            Text("审计检查点与数据放在同一处：{folder}", folder=folder),
            Text("请用WORKFLOW_APP_CHECKPOINTS指定另一台机器上的文件夹，否则数据被整体替换时无从发现。"),
        )
    return fine(Text("审计检查点正常，存放在{folder}", folder=folder))
