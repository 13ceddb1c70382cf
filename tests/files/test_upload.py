"""Taking in evidence: what is checked, what is written, and that a refusal leaves nothing."""

from __future__ import annotations

import hashlib
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import pytest
from sqlalchemy import func, select

from tests.conftest import NOW
from tests.files.samples import PDF, docx, ole
from workflow_app.act import Act
from workflow_app.audit.models import AuditChain, AuditEvent
from workflow_app.audit.proof import row_hash
from workflow_app.errors import InvalidError, UnavailableError
from workflow_app.files.models import StoredFile
from workflow_app.files.store import FileStore
from workflow_app.files.upload import receive, upload

MB = 1 << 20


class EicarScanner:
    """Finds the one thing that it knows."""

    def scan(self, handle: BinaryIO) -> str | None:
        return "Eicar-Test" if b"EICAR" in handle.read() else None


class DeadScanner:
    """Does not answer."""

    def scan(self, handle: BinaryIO) -> str | None:  # noqa: ARG002 - the protocol's signature
        raise ConnectionRefusedError


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "files")


def kept(store: FileStore) -> int:
    return sum(1 for p in store.root.rglob("*") if p.is_file() and p.name != "lock")


def test_a_file_its_row_and_its_event(act: Act, store: FileStore) -> None:
    row = upload(act, store, "case:7", "../集团章程.PDF", BytesIO(PDF), ["pdf"], MB, chain="case:7")
    sha256 = hashlib.sha256(PDF).hexdigest()
    assert (row.owner, row.name, row.media_type, row.size) == ("case:7", "集团章程.PDF", "application/pdf", len(PDF))
    assert (row.sha256, row.uploaded_at, row.bureau_id) == (sha256, NOW, act.bureau_id)
    with store.open(sha256, verify=True) as handle:
        assert handle.read() == PDF
    act.session.flush()
    event = act.session.scalars(select(AuditEvent)).one()
    assert (event.kind, event.subject) == ("file_uploaded", f"file:{row.id}")
    assert (event.body["sha256"], event.body["file_hash"]) == (sha256, row_hash(row))
    assert act.session.get_one(AuditChain, event.chain_id).name == "case:7"


@pytest.mark.parametrize(
    ("name", "data", "allowed", "reason"),
    [
        ("章程.pdf", docx(), ["pdf"], "“章程.pdf”是Word文档，此处只能上传PDF文件"),
        ("章程.pdf", docx(), ["pdf", "docx"], "扩展名与内容不符：实际是Word文档"),
        ("章程", PDF, ["pdf"], "扩展名与内容不符：实际是PDF文件"),
        ("章程.pdf\u202e", b"MZ", ["pdf"], "不能上传可执行程序"),
        ("章程.pdf", PDF.ljust(MB) + PDF, ["pdf"], "文件超过1MB"),
        ("\u202e", PDF, ["pdf"], "文件名无效"),
        ("章程.pdf", PDF + b"EICAR %%EOF", ["pdf"], "未通过病毒扫描（Eicar-Test）"),
    ],
)
def test_a_refusal_says_why_and_leaves_nothing(
    act: Act, store: FileStore, name: str, data: bytes, allowed: list[str], reason: str
) -> None:
    with pytest.raises(InvalidError, match=reason):
        upload(act, store, "case:7", name, data, allowed, MB, chain="case:7", scanner=EicarScanner())
    assert kept(store) == 0
    assert act.session.scalar(select(func.count()).select_from(StoredFile)) == 0


def test_an_extension_of_a_form_file_names_its_kind(store: FileStore) -> None:
    received = receive(store, "方案.wps", ole("WordDocument"), allowed=["wps"], max_bytes=MB)
    assert received.kind.code == "doc"


def test_a_dead_scanner_stops_uploads_only_where_the_bureau_wants_it(store: FileStore) -> None:
    with pytest.raises(UnavailableError, match="病毒扫描服务没有响应"):
        receive(store, "a.pdf", PDF, allowed=["pdf"], max_bytes=MB, scanner=DeadScanner())
    assert kept(store) == 0
    receive(store, "a.pdf", PDF, allowed=["pdf"], max_bytes=MB, scanner=DeadScanner(), fail_closed=False)
    assert kept(store) == 1
