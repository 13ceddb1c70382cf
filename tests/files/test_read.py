"""Reading rows, and the headers with which a file leaves the server."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from tests.conftest import NOW
from workflow_app.act import Act
from workflow_app.errors import NotFoundError
from workflow_app.files.kinds import FILE_KINDS
from workflow_app.files.models import StoredFile
from workflow_app.files.read import download_headers, files_of, stored_file


def row(bureau_id: int, code: str = "pdf", name: str = "章程.pdf") -> StoredFile:
    return StoredFile(
        bureau_id=bureau_id,
        owner="case:1",
        name=name,
        media_type=FILE_KINDS[code].media_type,
        size=5,
        sha256="0" * 64,
        uploaded_at=NOW,
    )


def test_files_of_another_bureau_are_not_there(act: Act) -> None:
    ours, theirs = row(act.bureau_id), row(act.bureau_id + 1)
    act.session.add_all([ours, theirs])
    act.session.flush()
    assert stored_file(act.session, act.bureau_id, ours.id) is ours
    with pytest.raises(NotFoundError):
        stored_file(act.session, act.bureau_id, theirs.id)
    assert files_of(act.session, act.bureau_id, [ours.id, theirs.id, 999]) == {ours.id: ours}


def test_many_files_cost_one_statement_and_none_costs_none(act: Act) -> None:
    rows = [row(act.bureau_id) for _ in range(3)]
    act.session.add_all(rows)
    act.session.flush()
    statements: list[str] = []
    event.listen(act.session.get_bind(), "before_cursor_execute", lambda *a: statements.append(a[2]))
    assert len(files_of(act.session, act.bureau_id, [r.id for r in rows])) == 3
    assert files_of(act.session, act.bureau_id, []) == {}
    assert len(statements) == 1


def test_a_file_is_saved_under_its_name() -> None:
    headers = download_headers(row(1, name='章"程 1.pdf'))
    assert headers["Content-Disposition"] == (
        "attachment; filename=\"file.pdf\"; filename*=UTF-8''%E7%AB%A0%22%E7%A8%8B%201.pdf"
    )
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in headers["Content-Security-Policy"]


@pytest.mark.parametrize("code", FILE_KINDS)
def test_only_pdf_and_pictures_are_shown_in_place(code: str) -> None:
    shown = download_headers(row(1, code), inline=True)["Content-Disposition"].startswith("inline")
    assert shown == (code in {"pdf", "jpg", "png"})


def test_no_script_runs_in_a_shown_file() -> None:
    policy = download_headers(row(1), inline=True)["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "script-src" not in policy
