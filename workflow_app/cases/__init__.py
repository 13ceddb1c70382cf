"""Cases: the services that act on them, and the queries of inbox and case pages."""

from collections.abc import Mapping

from workflow_app.cases import claims, firing
from workflow_app.cases.access import Access, access_to, readable_case, visible
from workflow_app.cases.acts import claim, release, save_draft, withdraw
from workflow_app.cases.ballot import is_sealed
from workflow_app.cases.case_page import case_page
from workflow_app.cases.catalogue import CATALOGUE
from workflow_app.cases.complete import Completed, complete_task
from workflow_app.cases.corrections import correct_appraisal
from workflow_app.cases.duties import create_duty
from workflow_app.cases.duty_lists import DutyLine, DutyPage, duties_of, duty_line
from workflow_app.cases.duty_plan import plan_duties
from workflow_app.cases.firing import fire_deadline
from workflow_app.cases.foresight import foresee
from workflow_app.cases.gates import OpenGate, open_gates, override_gate, tell_holders
from workflow_app.cases.inbox import inbox
from workflow_app.cases.incident_list import close_incident, open_count, open_incidents
from workflow_app.cases.invitation_list import InvitedSeat, open_invitation, open_invitations
from workflow_app.cases.invitations import invite, make_code, revoke
from workflow_app.cases.lists import closed_tasks, done_by_me, my_cases, startable
from workflow_app.cases.panels import Panel, candidates, open_panel, open_panels, own_panel_seat
from workflow_app.cases.seating import add_seat, recuse, remove_seat
from workflow_app.cases.start import Started, start_case
from workflow_app.cases.task_page import task_findings, task_page
from workflow_app.cases.terminating import terminate
from workflow_app.jobs import Handler

HANDLERS: Mapping[str, Handler] = {**firing.HANDLERS, **claims.HANDLERS}
"""Every job on cases by kind."""

__all__ = [
    "CATALOGUE",
    "HANDLERS",
    "Access",
    "Completed",
    "DutyLine",
    "DutyPage",
    "InvitedSeat",
    "OpenGate",
    "Panel",
    "Started",
    "access_to",
    "add_seat",
    "candidates",
    "case_page",
    "claim",
    "close_incident",
    "closed_tasks",
    "complete_task",
    "correct_appraisal",
    "create_duty",
    "done_by_me",
    "duties_of",
    "duty_line",
    "fire_deadline",
    "foresee",
    "inbox",
    "invite",
    "is_sealed",
    "make_code",
    "my_cases",
    "open_count",
    "open_gates",
    "open_incidents",
    "open_invitation",
    "open_invitations",
    "open_panel",
    "open_panels",
    "override_gate",
    "own_panel_seat",
    "plan_duties",
    "readable_case",
    "recuse",
    "release",
    "remove_seat",
    "revoke",
    "save_draft",
    "start_case",
    "startable",
    "task_findings",
    "task_page",
    "tell_holders",
    "terminate",
    "visible",
    "withdraw",
]
