"""Documents drawn a second, rows verified a second."""

from __future__ import annotations

import time
from collections.abc import Iterator

from sqlalchemy import select

from bench import product
from bench.measure import Figure, Times, quiet
from bench.part import Bench
from workflow_app.audit.verify import verify
from workflow_app.cases.proof import CONTENT_CHECKS
from workflow_app.demo import formation
from workflow_app.records.document import RecordContent
from workflow_app.records.models import IssuedRecord
from workflow_app.records.press import press_of
from workflow_app.records.render import render


def run(bench: Bench) -> Iterator[Figure]:
    """The notices of the worked case drawn again and again; then the whole audit of a county with many cases."""
    for name in bench.stores.names:
        config, database = bench.stores.new(name)
        county = product.load(config, database)
        if name == bench.stores.names[0]:
            yield from _drawing(bench, county)
        for _ in range(bench.rounds(150, 20)):
            county.approval()
        with quiet(), database.reading() as session:
            began = time.perf_counter()
            report = verify(session, checks=CONTENT_CHECKS)
            seconds = time.perf_counter() - began
        assert report.is_sound, report.faults[:3]
        detail = f"{report.events} events in {report.chains} chains, and the rows that they vouch for"
        yield Figure(f"events verified a second, {name}", report.events / seconds, "/s", detail=detail)
        database.dispose()


def _drawing(bench: Bench, county: product.Product) -> Iterator[Figure]:
    player = county.player
    case_id = formation.file_application(player)
    formation.return_and_supply(player, case_id)
    formation.accept(player, case_id)
    with county.database.reading() as session:
        contents = session.scalars(select(IssuedRecord.content).where(IssuedRecord.case_id == case_id)).all()
    press = press_of(player.config)
    pages = [
        render(RecordContent.model_validate(content), press).pages for content in contents
    ]  # The first ones load the fonts.
    times = Times()
    for _ in range(bench.rounds(15, 3)):
        for content in contents:
            with quiet(), times.one():
                render(RecordContent.model_validate(content), press)
    detail = f"{len(contents)} kinds of {sum(pages)} pages; a document: {times.spread}"
    yield Figure("documents drawn a second (PDF)", 1000 / times.median, "/s", detail=detail)
