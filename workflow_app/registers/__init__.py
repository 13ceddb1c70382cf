"""Registers (台账): what approvals leave behind, by noun, each with its checks and operations."""

from __future__ import annotations

from collections.abc import Mapping

from workflow_app.definitions.case_view import Belonging, Check, Figure, Holders, Operation, Prefill
from workflow_app.registers import (
    appraisal_checks,
    appraisal_figures,
    appraisals,
    changes,
    changes_checks,
    changes_hearing,
    charters,
    charters_checks,
    filings,
    filings_checks,
    group_agreed,
    group_heads_checks,
    groups,
    groups_checks,
    membership,
    pairing_activities,
    pairing_appraisal_checks,
    pairing_appraisals,
    pairing_checks,
    pairing_entry,
    pairing_midterm_checks,
    pairing_midterm_figures,
    pairing_midterms,
    pairing_term_checks,
    pairings,
    schools_checks,
    teachers,
    transitions,
)

CHECKS: Mapping[str, Check] = {
    **appraisal_checks.CHECKS,
    **group_heads_checks.CHECKS,
    "groups.before_autumn_term": groups_checks.before_autumn_term,
    "groups.change_assessed": changes_hearing.change_assessed,
    "groups.change_at_year_turn": changes_checks.change_at_year_turn,
    "groups.change_is_possible": changes_checks.change_is_possible,
    "groups.charter_answered": charters_checks.charter_answered,
    "groups.charter_as_voted": charters_checks.charter_as_voted,
    "groups.charter_chapters": charters_checks.charter_chapters,
    "groups.charter_heard": charters_checks.charter_heard,
    "groups.charter_opinion": charters_checks.charter_opinion,
    "groups.charter_parts": charters_checks.charter_parts,
    "groups.charter_vote": charters_checks.charter_vote,
    "groups.council_vote": changes_hearing.council_vote,
    "groups.exchange_share": filings_checks.exchange_share,
    "groups.has_weak_member": groups_checks.has_weak_member,
    "groups.joins_no_other_close_knit": changes_checks.joins_no_other_close_knit,
    "groups.joins_same_stage": changes_checks.joins_same_stage,
    "groups.keeps_weak_member": changes_checks.keeps_weak_member,
    "groups.lead_is_qualified": groups_checks.lead_is_qualified,
    "groups.meeting_month": filings_checks.meeting_month,
    "groups.not_brand_only": groups_checks.not_brand_only,
    "groups.not_in_other_close_knit": groups_checks.not_in_other_close_knit,
    "groups.parties_agree": changes_hearing.parties_agree,
    "groups.same_stage": groups_checks.same_stage,
    "groups.sections_agree": groups_checks.sections_agree,
    "groups.score_band": groups_checks.score_band,
    "pairings.helper_is_stronger": pairing_checks.helper_is_stronger,
    "pairings.helper_load": pairing_checks.helper_load,
    "pairings.kind_fits": pairing_checks.kind_fits,
    "pairings.partner_is_paired": pairing_activities.partner_is_paired,
    "pairings.recipient_needs_help": pairing_checks.recipient_needs_help,
    "pairings.rematch_once": pairing_checks.rematch_once,
    "pairings.same_stage": pairing_checks.same_stage_check,
    "pairings.targets_rise": pairing_term_checks.targets_rise,
    "pairings.team_size": pairing_term_checks.team_size,
    "pairings.term": pairing_term_checks.term,
    **pairing_appraisal_checks.CHECKS,
    **pairing_midterm_checks.CHECKS,
    "schools.funds_pupils": schools_checks.funds_pupils,
    "schools.staffing": schools_checks.staffing,
    **teachers.CHECKS,
}
"""Checks by the name that form files use."""

GATES: Mapping[str, str] = {
    **appraisal_checks.GATES,
    **changes_checks.GATES,
    **filings_checks.GATES,
    **group_heads_checks.GATES,
    **groups_checks.GATES,
    **pairing_checks.GATES,
    **teachers.GATES,
}
"""Those of them that may stop a task, and the position whose holder may lift them with a reason."""

QUOTAS: Mapping[str, str] = {
    **appraisal_checks.QUOTAS,
    **group_agreed.QUOTAS,
    **pairing_checks.QUOTAS,
    **teachers.QUOTAS,
}
"""Checks that count what other cases may be entering at the same moment, and the policy parameter that limits it:
who answers for good waits until the others have entered theirs (:func:`workflow_app.policy.parameters.hold`).
"""

OPERATIONS: Mapping[str, Operation] = {
    **appraisals.OPERATIONS,
    "groups.enter_change": changes.enter_change,
    "groups.enter_meeting": filings.enter_meeting,
    "groups.file_charter": groups.file_charter,
    "groups.file_charter_text": charters.file_charter_text,
    "groups.file_plan": filings.file_plan,
    "groups.register": groups.register_group,
    "groups.settle_charter": charters.settle_charter,
    "pairings.enter_activity": pairing_activities.enter_activity,
    "pairings.enter_appraisal": pairing_appraisals.enter_appraisal,
    "pairings.enter_change": pairing_appraisals.enter_change,
    "pairings.identify_year": pairing_appraisals.identify_year,
    "pairings.identify": pairing_activities.identify,
    "pairings.register": pairing_entry.register_pairing,
    **pairing_midterms.OPERATIONS,
    **teachers.OPERATIONS,
}
"""Operations by the name that form files use."""

FIGURES: Mapping[str, Figure] = {
    "groups.charter_changes": charters.against_filed,
    "groups.charter_hash": charters.hash_figure,
    "groups.charter_in_force": charters.in_force_figure,
    "groups.concerned": changes.concerned,
    "groups.next_turn": changes.next_turn_figure,
    "groups.transition_changes": transitions.transition_changes,
    "pairings.candidates": pairing_checks.candidates,
    **pairing_appraisal_checks.FIGURES,
    **pairing_midterm_figures.FIGURES,
    **appraisal_figures.FIGURES,
    "schools.staffing": schools_checks.staffing_figure,
}
"""Read-only figures by the name that form files use."""

PREFILLS: Mapping[str, Prefill] = {
    "groups.charter_opinions": charters.opinions_to_answer,
    "groups.filed_clauses": charters.filed_clauses,
    **pairing_midterm_figures.PREFILLS,
    **teachers.PREFILLS,
    "groups.member_schools": appraisal_figures.member_schools,
}
"""What a field may start with, by the name that form files use."""

BELONGINGS: Mapping[str, Belonging] = {
    "groups.members": membership.members_led_by,
}
"""The organisations that are a party of an applicant's case, by the name that form files use."""

HOLDERS: Mapping[str, Holders] = {
    "groups.leads": membership.owed_by_leads,
    "groups.transitions": transitions.owed_transitions,
    "pairings.midterms": pairing_midterms.owed_midterms,
    "pairings.recipients": pairings.owed_by_recipients,
}
"""Who owes a duty, by the name that form files use."""
