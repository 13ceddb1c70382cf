"""Evidence: taken in with a task's form, handed out to those whom a page shows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, BinaryIO, cast

from flask import Blueprint, request, send_file
from werkzeug.wrappers import Response

from workflow_app.cases.task_form import TaskFormRef, attach_file, readable_file
from workflow_app.definitions.answers import Answers
from workflow_app.errors import InvalidError, Problem
from workflow_app.files.kinds import FILE_KINDS
from workflow_app.files.read import download_headers
from workflow_app.files.upload import ReceivedFile, receive
from workflow_app.web.forms.edit import add_files, slot_of
from workflow_app.web.request import config, current_actor, file_store, reading, writing

blueprint = Blueprint("uploads", __name__)

MARK = "upload-"
"""What the names of file inputs begin with; the path of the upload place follows."""


@blueprint.get("/files/<int:file_id>")
def download(file_id: int) -> Response:
    """A stored file, to be saved; with ``?view=1`` shown in place where its kind allows it."""
    with reading() as session:
        file = readable_file(session, current_actor(), file_id)
        headers = download_headers(file, inline=request.args.get("view") == "1")
        media_type, handle = file.media_type, file_store().open(file.sha256, verify=True)
    response = send_file(handle, mimetype=media_type)
    response.headers.update(headers)
    return response


def keep_uploads(ref: TaskFormRef, typed: Answers) -> dict[str, Any]:
    """Store every file that came with the form and name it in the answers.

    The bytes are checked and on disk before the transaction begins, so that no lock waits for the disk.

    Raises:
        InvalidError: a file is refused; the problem names its upload place, and none of the files is kept.
    """
    received = {path: files for path in _paths() if (files := _receive(ref, typed, path))}
    answers = dict(typed)
    if not received:
        return answers
    with writing() as act:
        for path, files in received.items():
            ids = [attach_file(act, ref.task_id, file).id for file in files]
            answers = add_files(ref.form, answers, path, ids)
    return answers


def _paths() -> list[str]:
    return [name.removeprefix(MARK) for name in request.files if name.startswith(MARK)]


def _receive(ref: TaskFormRef, typed: Mapping[str, Any], path: str) -> list[ReceivedFile]:
    uploads = [upload for upload in request.files.getlist(f"{MARK}{path}") if upload.filename]
    if not uploads:
        return []
    allowed = slot_of(ref.form, typed, path).types or tuple(FILE_KINDS)
    limit = config().max_file_mb * 1024 * 1024
    try:
        return [
            receive(file_store(), u.filename or "", cast(BinaryIO, u.stream), allowed=allowed, max_bytes=limit)
            for u in uploads
        ]
    except InvalidError as error:
        raise InvalidError(problems=[Problem(path, error.message)]) from error
