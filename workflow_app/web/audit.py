"""审计核验: the auditor sees the chains and the last events, and can have every stored byte compared with its hash."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Blueprint, render_template
from sqlalchemy import Text as SqlText
from sqlalchemy import cast, func, select
from sqlalchemy.orm import Session

from workflow_app.act import Actor
from workflow_app.audit.kinds import EventKind
from workflow_app.audit.models import AuditChain, AuditEvent
from workflow_app.audit.verify import Report, verify
from workflow_app.cases.proof import CONTENT_CHECKS
from workflow_app.directory.rights import require
from workflow_app.text import Text
from workflow_app.web.request import current_actor, now, reading, runtime

blueprint = Blueprint("audit", __name__)

LAST_EVENTS = 30
KINDS: Mapping[EventKind, Text] = {
    EventKind.ACCESS_DENIED: Text("越权访问被拒绝"),
    EventKind.ACCESS_DENIED_OFTEN: Text("越权访问频繁被拒绝"),
    EventKind.ACCOUNT_CREATED: Text("开设账号"),
    EventKind.ACCOUNT_DISABLED: Text("停用账号"),
    EventKind.ACCOUNT_ENABLED: Text("启用账号"),
    EventKind.ACCOUNT_LOCKED: Text("账号锁定"),
    EventKind.ACCOUNT_UNLOCKED: Text("账号解锁"),
    EventKind.ATTRIBUTE_RECORDED: Text("登记学校属性"),
    EventKind.BALLOT_CAST: Text("无记名投票"),
    EventKind.BALLOT_COUNTED: Text("投票计票"),
    EventKind.CALENDAR_CHANGED: Text("更新工作日历"),
    EventKind.CASE_CLOSED: Text("办件办结"),
    EventKind.CASE_FILED: Text("办件提交"),
    EventKind.CASE_OPENED: Text("办件建立"),
    EventKind.CASE_RETURNED: Text("办件退回"),
    EventKind.CASE_TERMINATED: Text("办件终止"),
    EventKind.CASE_WITHDRAWN: Text("办件撤回"),
    EventKind.CHECKPOINT_MADE: Text("生成审计检查点"),
    EventKind.CLOCK_ENDED: Text("办理时限终止"),
    EventKind.CLOCK_RESUMED: Text("办理时限恢复"),
    EventKind.CLOCK_STARTED: Text("办理时限起算"),
    EventKind.CLOCK_STOPPED: Text("办理时限中止"),
    EventKind.DEADLINE_ARMED: Text("期限开始"),
    EventKind.DEADLINE_FIRED: Text("期限届满"),
    EventKind.DEFINITION_PUBLISHED: Text("发布流程版本"),
    EventKind.DUTY_MISSED: Text("应办事项逾期未办"),
    EventKind.FILE_UPLOADED: Text("上传材料"),
    EventKind.GATE_OVERRIDDEN: Text("放行卡点"),
    EventKind.INCIDENT_CLOSED: Text("异常已处理"),
    EventKind.INCIDENT_OPENED: Text("出现异常"),
    EventKind.INVITATION_CODE_MADE: Text("生成邀请验证码"),
    EventKind.INVITATION_ISSUED: Text("发出邀请"),
    EventKind.INVITATION_LOCKED: Text("邀请锁定"),
    EventKind.INVITATION_OPENED: Text("受邀人进入"),
    EventKind.INVITATION_REFUSED: Text("邀请验证码不正确"),
    EventKind.INVITATION_REVOKED: Text("撤销邀请"),
    EventKind.PAPER_ENTERED: Text("代外地单位录入纸质答复"),
    EventKind.NUMBER_SERIES_SET: Text("设置文号"),
    EventKind.ORGANISATION_CHANGED: Text("变更单位"),
    EventKind.ORGANISATION_CLOSED: Text("撤销单位"),
    EventKind.ORGANISATION_CREATED: Text("设立单位"),
    EventKind.PASSWORD_CHANGED: Text("修改密码"),
    EventKind.PASSWORD_RESET: Text("重置密码"),
    EventKind.PERSONAL_VALUE_REVEALED: Text("查看个人信息"),
    EventKind.PERSON_CHANGED: Text("变更人员"),
    EventKind.PERSON_CREATED: Text("登记人员"),
    EventKind.POLICY_CHANGED: Text("变更政策参数"),
    EventKind.POLICY_CONFIRMED: Text("确认政策参数的调整"),
    EventKind.POLICY_LOADED: Text("载入政策参数"),
    EventKind.POLICY_PROPOSED: Text("提出政策参数的调整"),
    EventKind.POLICY_REJECTED: Text("退回政策参数的调整"),
    EventKind.POLICY_WITHDRAWN: Text("撤回政策参数的调整"),
    EventKind.POSITION_ASSIGNED: Text("任命岗位"),
    EventKind.POSITION_ENDED: Text("免去岗位"),
    EventKind.RECORD_DELIVERED: Text("文书送达"),
    EventKind.RECORD_ISSUED: Text("文书编号定稿"),
    EventKind.RECORD_RENDERED: Text("文书生成"),
    EventKind.REGISTER_ENTERED: Text("登记台账"),
    EventKind.REGISTER_EXPORTED: Text("导出台账"),
    EventKind.REMINDER_SENT: Text("发送提醒"),
    EventKind.SEAT_ADDED: Text("增加席位"),
    EventKind.SEAT_RECUSED: Text("回避"),
    EventKind.SEAT_REMOVED: Text("减少席位"),
    EventKind.SIGNED_IN: Text("登录"),
    EventKind.SIGNED_OUT: Text("退出登录"),
    EventKind.SIGN_IN_REFUSED: Text("登录被拒绝"),
    EventKind.TASK_CLAIMED: Text("认领任务"),
    EventKind.TASK_COMPLETED: Text("办结任务"),
    EventKind.TASK_RELEASED: Text("放弃认领"),
    EventKind.TASK_UNDONE: Text("任务作废"),
}
"""What each kind of event is called on the page; a test holds this list to the declared kinds."""

CHAINS: Mapping[str, Text] = {
    "directory": Text("单位与人员"),
    "definitions": Text("流程版本"),
    "policy": Text("政策参数与日历"),
    "registers": Text("台账"),
    "security": Text("登录与安全"),
}
"""The chains that are not a case's."""


@dataclass(frozen=True)
class EventLine:
    """One event as the page shows it; ``at`` is the stored text where it is not a moment."""

    at: datetime | str
    actor_kind: str
    actor_name: str
    kind: str
    subject: str
    chain: str
    seq: int
    hash: str


@blueprint.get("/audit")
def index() -> str:
    """The chains, their heads, the last events."""
    _require_auditor()
    return _page(None, None)


@blueprint.post("/audit/verify")
def check() -> str:
    """Compare every event of the bureau with its hash, now, and show what was found."""
    actor = _require_auditor()
    # All events are read as a stream, which a page's own session cannot hold.
    with runtime().database.reading() as session:
        report = verify(session, actor.bureau_id, CONTENT_CHECKS)
    return _page(report, now())


def _require_auditor() -> Actor:
    actor = current_actor()
    require(actor, "read_audit")
    return actor


def _page(report: Report | None, at: datetime | None) -> str:
    bureau_id = current_actor().bureau_id
    with reading() as session:
        return render_template(
            "audit/index.html",
            report=report,
            at=at,
            chains=_fixed_chains(session, bureau_id),
            totals=_totals(session, bureau_id),
            events=_last_events(session, bureau_id),
            kinds=KINDS,
            names=CHAINS,
        )


def _fixed_chains(session: Session, bureau_id: int) -> list[AuditChain]:
    query = select(AuditChain).where(AuditChain.bureau_id == bureau_id, AuditChain.name.in_(CHAINS))
    return list(session.scalars(query.order_by(AuditChain.id)))


def _totals(session: Session, bureau_id: int) -> tuple[int, int]:
    """How many chains there are, and how many events they say they hold."""
    query = select(func.count(), func.coalesce(func.sum(AuditChain.count), 0)).where(AuditChain.bureau_id == bureau_id)
    chains, events = session.execute(query).one()
    return chains, events


def _last_events(session: Session, bureau_id: int) -> list[EventLine]:
    """The last events, read as they are stored: one that was tampered with must not keep the auditor from the page."""
    query = (
        select(
            cast(AuditEvent.at, SqlText).label("at"),
            AuditEvent.actor_kind,
            AuditEvent.actor_name,
            AuditEvent.kind,
            AuditEvent.subject,
            AuditChain.name.label("chain"),
            AuditEvent.seq,
            AuditEvent.hash,
        )
        .join(AuditChain, AuditChain.id == AuditEvent.chain_id)
        .where(AuditEvent.bureau_id == bureau_id)
        .order_by(AuditEvent.id.desc())
        .limit(LAST_EVENTS)
    )
    return [EventLine(_moment(row.at), *row[1:]) for row in session.execute(query)]


def _moment(stored: str) -> datetime | str:
    """The moment that a stored text says, or the text itself if it says none."""
    try:
        moment = datetime.fromisoformat(stored)
    except ValueError:
        return stored
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
