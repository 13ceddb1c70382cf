"""What form files may name of the registers of teachers: checks, operations, and what their tables start with."""

from __future__ import annotations

from collections.abc import Mapping

from workflow_app.definitions.case_view import Check, Operation, Prefill
from workflow_app.registers import mentoring, mentoring_checks, mentoring_term_checks, support, support_checks

CHECKS: Mapping[str, Check] = {
    "mentoring.apprentice_limit": mentoring_checks.apprentice_limit,
    "mentoring.dates_agree": mentoring_checks.dates_agree,
    "mentoring.everyone_reviewed": mentoring_term_checks.everyone_reviewed,
    "mentoring.mentor_qualified": mentoring_checks.mentor_qualified,
    "mentoring.no_ethics_veto": mentoring_checks.no_ethics_veto,
    "mentoring.not_taken": mentoring_checks.not_taken,
    "mentoring.people_agree": mentoring_checks.people_agree,
    "mentoring.studio_shape": mentoring_checks.studio_shape,
    "mentoring.term_tasks": mentoring_term_checks.term_tasks,
    "support.arrivals_agree": support_checks.arrivals_agree,
    "support.everyone_graded": support_checks.everyone_graded,
    "support.grades_agree": support_checks.grades_agree,
    "support.host_counts": support_checks.host_counts,
    "support.long_enough": support_checks.long_enough,
    "support.nomination_agrees": support_checks.nomination_agrees,
    "support.not_elsewhere": support_checks.not_elsewhere,
    "support.returns_agree": support_checks.returns_agree,
    "support.withdrawn_known": support_checks.withdrawn_known,
}

GATES: Mapping[str, str] = mentoring_checks.GATES

QUOTAS: Mapping[str, str] = mentoring_checks.QUOTAS

OPERATIONS: Mapping[str, Operation] = {
    "mentoring.enter_early_end": mentoring.enter_early_end,
    "mentoring.enter_log": mentoring.enter_log,
    "mentoring.enter_review": mentoring.enter_review,
    "mentoring.register": mentoring.register,
    "support.enter_results": support.enter_results,
    "support.enter_returns": support.enter_returns,
    "support.enter_services": support.enter_services,
    "support.list_sent": support.list_sent,
}

PREFILLS: Mapping[str, Prefill] = {
    "mentoring.apprentices": mentoring.apprentice_rows,
    "support.sent": support.lines_of_sent,
    "support.serving": support.lines_of_serving,
}
