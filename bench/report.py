"""The report: one table on the terminal, the same one in docs/performance.md between two markers."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from bench.measure import Figure
from bench.pace import Pace
from bench.stores import Stores
from workflow_app.clock import COUNTY_ZONE

DOCUMENT = Path(__file__).parent.parent / "docs/performance.md"
BEGIN, END = "<!-- results of make bench -->", "<!-- end of results -->"


def line(figure: Figure) -> str:
    """One figure for the terminal."""
    mark = {True: "inside", False: "OUTSIDE"}[figure.is_inside] if figure.budget is not None else ""
    numbers = f"{number(figure):>12}  {at_reference(figure):>12}  {budget(figure):>12}"
    return f"  {figure.what:<78} {numbers}  {mark:<8} {detail(figure)}"


def number(figure: Figure) -> str:
    """The value with its unit, three digits or whole."""
    return _written(figure.value, figure.unit)


def at_reference(figure: Figure) -> str:
    """What the budget is compared with, where that is not the value itself."""
    return "" if figure.pace == 1.0 else _written(figure.at_reference, figure.unit)


def _written(value: float, unit: str) -> str:
    digits = 0 if value >= 1000 or value == int(value) else 1 if value >= 100 else 2
    return f"{value:,.{digits}f} {unit}".rstrip()


def budget(figure: Figure) -> str:
    """What the figure is held to."""
    if figure.budget is None:
        return ""
    return f"{'≥' if figure.at_least else '≤'} {figure.budget:,g} {figure.unit}".rstrip()


def detail(figure: Figure) -> str:
    """What else is to be said; of a figure held to a budget also how much of its time the processors worked."""
    share = f"computing {figure.computing:.0%}" if figure.budget is not None and figure.computing < 1.0 else ""
    return "; ".join(filter(None, (figure.detail, share)))


def write(parts: Mapping[str, Sequence[Figure]], stores: Stores, command: str) -> None:
    """Put the results into the document, in place of the last ones."""
    text = DOCUMENT.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    rows = [*_machine(stores, command), ""]
    for title, figures in parts.items():
        rows += [
            f"### {title}",
            "",
            "| figure | measured | at reference speed | budget | | detail |",
            "|---|---|---|---|---|---|",
        ]
        rows += [_row(figure) for figure in figures]
        rows += [""]
    DOCUMENT.write_text("\n".join([before.rstrip(), "", BEGIN, "", *rows, END]) + after, encoding="utf-8")


def _row(figure: Figure) -> str:
    mark = "" if figure.budget is None else "inside" if figure.is_inside else "**outside**"
    cells = (figure.what, number(figure), at_reference(figure), budget(figure), mark, detail(figure))
    return f"| {' | '.join(cells)} |"


def _machine(stores: Stores, command: str) -> list[str]:
    load, pace = os.getloadavg()[0], Pace()
    return [
        f"- {datetime.now(COUNTY_ZONE):%Y-%m-%d %H:%M}, revision `{_revision()}`, command `{command}`",
        f"- {os.cpu_count()} cores, {_processor()}; load {load:.1f} at the end of the run, the bench itself included",
        f"- the yardstick takes {pace.now():.2f} times as long as at the reference, and with two at once "
        f"{pace.together():.2f} times as long again",
        f"- Python {platform.python_version()}; " + "; ".join(stores.describe(name) for name in stores.names),
    ]


def _revision() -> str:
    done = subprocess.run(["git", "describe", "--always", "--dirty"], capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


def _processor() -> str:
    for text in Path("/proc/cpuinfo").read_text().splitlines():
        if text.startswith("model name"):
            return text.partition(":")[2].strip()
    return platform.processor()
