"""Imports every table, so that migrations and tests see the whole catalogue."""

import workflow_app.audit.models
import workflow_app.calendar.models
import workflow_app.cases.invitation_models
import workflow_app.cases.models
import workflow_app.definitions.models
import workflow_app.directory.models
import workflow_app.files.models
import workflow_app.jobs.models
import workflow_app.notices.models
import workflow_app.policy.models
import workflow_app.records.models
import workflow_app.registers.appraisal_models
import workflow_app.registers.change_models
import workflow_app.registers.models
import workflow_app.registers.pairing_models
import workflow_app.registers.teacher_models
import workflow_app.security.models  # noqa: F401 - imported for their tables
