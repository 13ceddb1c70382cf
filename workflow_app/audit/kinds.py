"""The kinds of events, in the past tense, and the exact keys that the body of each carries.

A kind or key that is not declared here is refused, so the history has no words that nobody has thought about. Personal
values never stand in a body: their hash does, and the value lives where it can be deleted by an approved disposal.
"""

from __future__ import annotations

from enum import StrEnum


class EventKind(StrEnum):
    """One kind of event. Keep the list sorted; a value that may be absent is written as None."""

    keys: frozenset[str]

    def __new__(cls, name: str, *keys: str) -> EventKind:
        member = str.__new__(cls, name)
        member._value_ = name
        member.keys = frozenset(keys)
        return member

    ACCESS_DENIED = "access_denied", "path", "method"
    ACCESS_DENIED_OFTEN = "access_denied_often", "attempts", "minutes"
    ACCOUNT_CREATED = "account_created", "username", "person_id"
    ACCOUNT_DISABLED = "account_disabled", "reason"
    ACCOUNT_ENABLED = "account_enabled", "reason"
    ACCOUNT_LOCKED = "account_locked", "failed_count", "until"
    ACCOUNT_UNLOCKED = "account_unlocked", "reason"
    ATTRIBUTE_RECORDED = "attribute_recorded", "key", "value", "since", "source"
    BALLOT_CAST = "ballot_cast", "element", "round", "seat_id"
    BALLOT_COUNTED = "ballot_counted", "element", "round", "box_id", "votes", "content_hash"
    CALENDAR_CHANGED = "calendar_changed", "year", "source", "days"
    CASE_CLOSED = "case_closed", "outcome"
    CASE_FILED = "case_filed", "filed_on"
    CASE_OPENED = "case_opened", "number", "slug", "version_id", "applicant_id"
    CASE_RETURNED = "case_returned", "element", "to_element", "reason"
    CASE_TERMINATED = "case_terminated", "reason"
    CASE_WITHDRAWN = "case_withdrawn", "reason"
    CHECKPOINT_MADE = "checkpoint_made", "chains", "events", "digest"
    CLOCK_ENDED = "clock_ended", "day"
    CLOCK_RESUMED = "clock_resumed", "day", "element", "due_on"
    CLOCK_STARTED = "clock_started", "day", "parameter", "budget", "due_on"
    CLOCK_STOPPED = "clock_stopped", "day", "element", "due_on"
    DEADLINE_ARMED = "deadline_armed", "element", "parameter", "starts_on", "due_on"
    DEADLINE_FIRED = "deadline_fired", "element", "parameter", "due_on"
    DEFINITION_PUBLISHED = "definition_published", "slug", "number", "content_hash"
    DUTY_MISSED = "duty_missed", "duty_id", "slug", "organisation_id", "period", "due_on"
    FILE_UPLOADED = "file_uploaded", "file_id", "name", "media_type", "size", "sha256", "file_hash"
    GATE_OVERRIDDEN = "gate_overridden", "check", "reason", "task_id"
    INCIDENT_CLOSED = "incident_closed", "incident", "reason"
    INCIDENT_OPENED = "incident_opened", "incident", "detail"
    INVITATION_CODE_MADE = "invitation_code_made", "invitation_id"
    INVITATION_ISSUED = "invitation_issued", "invitation_id", "organisation_id", "expires_on"
    INVITATION_LOCKED = "invitation_locked", "invitation_id", "failed_count"
    INVITATION_OPENED = "invitation_opened", "invitation_id", "address"
    INVITATION_REFUSED = "invitation_refused", "invitation_id", "address"
    INVITATION_REVOKED = "invitation_revoked", "invitation_id", "reason"
    NUMBER_SERIES_SET = "number_series_set", "word", "year", "next", "reason"
    ORGANISATION_CHANGED = "organisation_changed", "changes"
    ORGANISATION_CLOSED = "organisation_closed", "active_to"
    ORGANISATION_CREATED = "organisation_created", "kind", "code", "name"
    PAPER_ENTERED = "paper_entered", "submission_id", "organisation_id", "received_on"
    PASSWORD_CHANGED = ("password_changed",)
    PASSWORD_RESET = ("password_reset",)
    PERSONAL_VALUE_REVEALED = "personal_value_revealed", "field", "purpose"
    PERSON_CHANGED = "person_changed", "fields", "values_hash"
    PERSON_CREATED = "person_created", "organisation_id", "values_hash"
    POLICY_CHANGED = "policy_changed", "profile", "key", "value", "unit", "clause", "valid_from", "version", "reason"
    POLICY_CONFIRMED = "policy_confirmed", "proposal_id", "profile", "key", "remark"
    POLICY_LOADED = "policy_loaded", "profile", "parameters", "digest"
    POLICY_PROPOSED = (
        "policy_proposed",
        "proposal_id",
        "profile",
        "key",
        "value",
        "unit",
        "clause",
        "valid_from",
        "reason",
    )
    POLICY_REJECTED = "policy_rejected", "proposal_id", "profile", "key", "remark"
    POLICY_WITHDRAWN = "policy_withdrawn", "proposal_id", "profile", "key", "remark"
    POSITION_ASSIGNED = "position_assigned", "organisation_id", "position", "valid_from", "valid_to"
    POSITION_ENDED = "position_ended", "organisation_id", "position", "valid_to"
    RECORD_DELIVERED = "record_delivered", "record_id", "delivered_on"
    RECORD_ISSUED = "record_issued", "record_id", "kind", "number", "content_hash", "row_hash"
    RECORD_RENDERED = (
        "record_rendered",
        "record_id",
        "artefact_id",
        "artefact_hash",
        "file_id",
        "file_hash",
        "sha256",
        "pages",
    )
    REGISTER_ENTERED = "register_entered", "register", "entry", "case_id", "content_hash"
    REGISTER_EXPORTED = "register_exported", "register", "about", "day", "rows", "sha256"
    REMINDER_SENT = "reminder_sent", "element", "days", "people"
    SEAT_ADDED = "seat_added", "task_id", "seat_id", "organisation_id", "position", "person_id", "reason"
    SEAT_RECUSED = "seat_recused", "task_id", "seat_id", "reason"
    SEAT_REMOVED = "seat_removed", "task_id", "seat_id", "reason"
    SIGNED_IN = "signed_in", "address"
    SIGNED_OUT = "signed_out", "reason"
    SIGN_IN_REFUSED = "sign_in_refused", "address", "reason"
    TASK_CLAIMED = "task_claimed", "element", "seat_id"
    TASK_COMPLETED = "task_completed", "element", "round", "submission_id", "content_hash", "decision"
    TASK_RELEASED = "task_released", "element", "seat_id"
    TASK_UNDONE = "task_undone", "element", "round", "reason"
