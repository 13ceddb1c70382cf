"""Looking an installation over: one small function for each question, and all findings in plain words."""

from workflow_app.doctor import machine, stored, work
from workflow_app.doctor.finding import Check, Finding, Place, Report, StoredCheck
from workflow_app.text import Text

CHECKS: tuple[Check, ...] = (
    machine.python_version,
    machine.sqlite_version,
    machine.time_zone,
    machine.settings,
    machine.data_folder,
    machine.disk_space,
    machine.key_files,
    machine.fonts,
    stored.database,
    stored.schema,
)
STORED_CHECKS: tuple[StoredCheck, ...] = (
    stored.clock,
    stored.definitions,
    stored.calendar,
    stored.demo_data,
    stored.data_key,
    stored.ids,
    stored.incidents,
    work.worker,
    work.waiting_jobs,
    work.checkpoint,
)


def examine(place: Place) -> Report:
    """Run every check, in the order in which an administrator mends things."""
    findings: dict[str, Finding] = {}
    for check in CHECKS:
        if check is stored.schema and findings["database"].state == "fault":
            break
        findings[check.__name__] = check(place)
    if "schema" in findings and findings["schema"].state == "fine":
        with place.database.reading() as session:
            findings |= {check.__name__: check(place, session) for check in STORED_CHECKS}
    else:
        count = len(STORED_CHECKS)
        findings["stored"] = Finding("warning", Text("数据库不可用，有{count}项没有检查", count=count))
    return Report(findings)


__all__ = ["CHECKS", "STORED_CHECKS", "Finding", "Place", "Report", "examine"]
