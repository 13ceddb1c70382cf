"""What policy amounts that are no numbers may be, by parameter: their codes bear the names of the registers."""

from __future__ import annotations

from collections.abc import Mapping

from workflow_app.calendar.terms import SCHOOL_YEAR_MONTH
from workflow_app.directory.kinds import CODES
from workflow_app.policy.values import Codes, DayOfMonth, Kind, MonthDay
from workflow_app.registers.charters import CHAPTERS
from workflow_app.registers.pairing_kinds import GRADES
from workflow_app.registers.teacher_codes import BACKBONE, TITLES
from workflow_app.text import MONTHS, bilingual

_APPRAISALS = {code: bilingual(*names) for code, names in CODES["last_appraisal"].items()}
_FROM_SEPTEMBER = {
    str(number + 1): MONTHS[number] for number in [*range(SCHOOL_YEAR_MONTH - 1, len(MONTHS)), *range(8)]
}
_MONTH_DAYS = (
    *("appraisal_due", "appraisal_opens", "autumn_term_start", "hard_stop", "pairing_appraisal_due"),
    *("pairing_appraisal_opens", "plan_due", "plan_opens"),
)

AMOUNT_KINDS: Mapping[str, Kind] = {
    **dict.fromkeys(_MONTH_DAYS, MonthDay()),
    "charter_parts": Codes(CHAPTERS),
    "lead_appraisals": Codes(_APPRAISALS),
    "meeting_due_day": DayOfMonth(),
    "meeting_months": Codes(_FROM_SEPTEMBER),
    "mentor_level_min": Codes(BACKBONE, many=False),
    "mentor_title_min": Codes(TITLES, many=False),
    "support_proof_grades": Codes(GRADES),
    "support_teaching_months": Codes(_FROM_SEPTEMBER),
}
"""The kinds of amounts by the key of their parameter; any other text is free."""
