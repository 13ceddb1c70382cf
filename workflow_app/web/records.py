"""文书: the PDF for those who may see its case, and the public page on which anyone can check a paper copy."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, send_file, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from workflow_app.act import Actor
from workflow_app.cases.access import readable_case
from workflow_app.errors import NotFoundError
from workflow_app.files.models import StoredFile
from workflow_app.files.read import download_headers
from workflow_app.records.codes import grouped, normal
from workflow_app.records.models import IssuedRecord, RecordArtefact
from workflow_app.records.queries import is_internal
from workflow_app.records.queries import verify as vouched
from workflow_app.security.counters import VERIFICATIONS, count_attempt
from workflow_app.web.request import client_address, current_actor, file_store, now, reading, runtime

blueprint = Blueprint("records", __name__)


@blueprint.get("/records/<int:record_id>.pdf")
def download(record_id: int) -> Response:
    """The rendered record: the signed copy if there is one, else the original."""
    with reading() as session:
        file = _readable_file(session, current_actor(), record_id)
        response = send_file(file_store().open(file.sha256, verify=True), mimetype=file.media_type)
        response.headers.update(download_headers(file, inline=True))
    return response


@blueprint.get("/v", defaults={"code": None})
@blueprint.get("/v/<code>")
def verify(code: str | None) -> str | Response:
    """Vouch for a record by the code printed on it. Open to everyone, so it tells as little as the paper does.

    Raises:
        TooManyError: this address has tried too many codes.
    """
    typed = request.args.get("code", "").strip()[:60]
    if typed:
        return redirect(url_for("records.verify", code=grouped(normal(typed)) or "-"), 303)
    if code is None:
        return render_template("records/verify.html", code=None, record=None)
    _count_attempt()
    with reading() as session:
        record = vouched(session, normal(code))
    return render_template("records/verify.html", code=grouped(normal(code)), record=record)


def _readable_file(session: Session, actor: Actor, record_id: int) -> StoredFile:
    """The file of a record whose case this person may see.

    Raises:
        NotFoundError: there is no such record, it may not be seen, or it is still being rendered.
    """
    record = session.scalar(
        select(IssuedRecord).where(IssuedRecord.bureau_id == actor.bureau_id, IssuedRecord.id == record_id)
    )
    if record is None or record.case_id is None:
        raise NotFoundError
    _, access = readable_case(session, actor, record.case_id)
    if is_internal(record) and access != "internal":
        raise NotFoundError
    file = session.scalar(
        select(StoredFile)
        .join(RecordArtefact, RecordArtefact.file_id == StoredFile.id)
        .where(RecordArtefact.bureau_id == actor.bureau_id, RecordArtefact.record_id == record_id)
        .order_by((RecordArtefact.kind == "signed").desc(), RecordArtefact.id.desc())
        .limit(1)
    )
    if file is None:
        raise NotFoundError("文书{number}正在生成，请一分钟后再打开。", number=record.number_text)
    return file


def _count_attempt() -> None:
    limit = VERIFICATIONS
    with runtime().database.writing() as session:
        made = count_attempt(session, limit.kind, client_address(), now(), limit.window_minutes)
    limit.refuse_beyond(made - 1)
