"""Every name that content may use: checks, operations and figures of the rooms below, and those of cases itself."""

from __future__ import annotations

from collections.abc import Mapping

from workflow_app import records, registers
from workflow_app.cases import checks, duty_operations
from workflow_app.cases.separation import RULES
from workflow_app.definitions.case_view import Belonging, Catalogue, Check, Figure, Holders, Operation, Prefill

CHECKS: Mapping[str, Check] = {**registers.CHECKS, **checks.CHECKS}
GATES: Mapping[str, str] = {**registers.GATES, **checks.GATES}
"""Checks that may stop a task, and the position whose holder may lift them: whoever holds none has no gate to see."""

QUOTAS: Mapping[str, str] = {**registers.QUOTAS}
"""Checks on a quota that all cases share, and the policy parameter that limits it."""

OPERATIONS: Mapping[str, Operation] = {**registers.OPERATIONS, **records.OPERATIONS, **duty_operations.OPERATIONS}
FIGURES: Mapping[str, Figure] = {**registers.FIGURES, **checks.FIGURES, **duty_operations.FIGURES}

HOLDERS: Mapping[str, Holders] = {**registers.HOLDERS}
"""Who owes what is due again and again."""

PREFILLS: Mapping[str, Prefill] = {**registers.PREFILLS}
"""What a field may start with."""

BELONGINGS: Mapping[str, Belonging] = {**registers.BELONGINGS}
"""Who belongs to an applicant by a register, and so is a party of its case."""

CATALOGUE = Catalogue(
    checks=CHECKS,
    operations=OPERATIONS,
    figures=FIGURES,
    separations=RULES,
    holders=HOLDERS,
    prefills=PREFILLS,
    belongings=BELONGINGS,
    record_faults=records.template_faults,
)
"""What publishing compares the names in form files with."""
