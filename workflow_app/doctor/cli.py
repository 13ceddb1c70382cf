"""``workflow-app doctor``: the findings in the reader's language, or as JSON for a monitor."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import click

from workflow_app.clock import system_clock
from workflow_app.doctor import Place, Report, examine
from workflow_app.doctor.finding import State
from workflow_app.languages import Translate
from workflow_app.terminal import language_option, reading
from workflow_app.text import Text

_MARKS: Mapping[State, Text] = {"fine": Text("良好"), "warning": Text("注意"), "fault": Text("故障")}


@click.command()
@language_option
@click.option("--json", "as_json", is_flag=True, help="one JSON object, for a monitor")
@click.pass_obj
def doctor(program: Any, as_json: bool) -> None:
    """Look this installation over and say what is wrong and what to do; the exit code is 1 if there is a fault."""
    place = Place(program.config, system_clock)
    report = examine(place)
    place.close()
    translate = reading()
    click.echo(_json(report, translate) if as_json else _lines(report, translate))
    if not report.is_sound:
        raise click.exceptions.Exit(1)


def _lines(report: Report, translate: Translate) -> str:
    lines = []
    for finding in report.findings.values():
        lines.append(f"[{_MARKS[finding.state].render(translate)}] {finding.message.render(translate)}")
        if finding.advice is not None:
            lines.append(f"    → {finding.advice.render(translate)}")
    states = [finding.state for finding in report.findings.values()]
    summary = Text(
        "共检查{count}项：{faults}项故障，{warnings}项注意。",
        count=len(states),
        faults=states.count("fault"),
        warnings=states.count("warning"),
    )
    return "\n".join([*lines, summary.render(translate)])


def _json(report: Report, translate: Translate) -> str:
    findings = {
        name: {
            "state": finding.state,
            "message": finding.message.render(translate),
            "advice": finding.advice.render(translate) if finding.advice else None,
        }
        for name, finding in report.findings.items()
    }
    return json.dumps({"sound": report.is_sound, "findings": findings}, ensure_ascii=False, indent=1)
