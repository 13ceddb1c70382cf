"""The sweep removes what no row names, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.conftest import NOW
from tests.files.samples import PDF
from tests.files.test_store import age
from workflow_app.act import Act
from workflow_app.files.models import StoredFile
from workflow_app.files.store import FileStore
from workflow_app.files.sweep import sweep_orphans


def test_only_old_files_without_a_row_go(act: Act, tmp_path: Path) -> None:
    store = FileStore(tmp_path / "files")
    named, _ = store.put(PDF)
    orphan, _ = store.put(b"orphan")
    young, _ = store.put(b"young")
    act.session.add(
        StoredFile(
            bureau_id=act.bureau_id + 1,  # another bureau's row protects the content as well
            owner="case:1",
            name="a.pdf",
            media_type="application/pdf",
            size=len(PDF),
            sha256=named,
            uploaded_at=NOW,
        )
    )
    act.session.flush()
    for sha256 in (named, orphan):
        age(store.path(sha256), timedelta(hours=2))
    assert sweep_orphans(act.session, store, datetime.now(UTC)) == 1
    assert [store.path(s).exists() for s in (named, orphan, young)] == [True, False, True]
    assert sweep_orphans(act.session, store, datetime.now(UTC)) == 0
