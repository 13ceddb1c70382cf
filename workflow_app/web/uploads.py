"""Evidence: taken in with a task's form, handed out to those whom a page shows it."""

from __future__ import annotations

from itertools import groupby
from typing import Any, BinaryIO, cast

from flask import Blueprint, request, send_file
from werkzeug.wrappers import Response

from workflow_app.cases.task_form import TaskFormRef, attach_file, readable_file
from workflow_app.definitions.answers import Answers
from workflow_app.files.kinds import FILE_KINDS
from workflow_app.files.preview import MEDIA_TYPE, make_preview
from workflow_app.files.read import download_headers, preview_headers
from workflow_app.files.upload import Arrived, receive_all
from workflow_app.web.forms.edit import add_files, slot_of
from workflow_app.web.request import config, current_actor, file_store, reading, writing

blueprint = Blueprint("uploads", __name__)

SMALL = "small"
"""What the address of a preview asks for."""
MARK = "upload-"
"""What the names of file inputs begin with; the path of the upload place follows."""


@blueprint.get("/files/<int:file_id>")
def download(file_id: int) -> Response:
    """A stored file, for whom a page of its case shows it."""
    return file_response(file_id)


def file_response(file_id: int) -> Response:
    """A stored file, to be saved; with ``?view=1`` shown in place where its kind allows it, with ``?view=small`` a
    preview of a picture.

    Raises:
        NotFoundError: there is no such file, whoever asks may not see it, or it has no preview.
    """
    with reading() as session:
        file = readable_file(session, current_actor(), file_id)
        headers = download_headers(file, inline=request.args.get("view") == "1")
        media_type, handle = file.media_type, file_store().open(file.sha256, verify=True)
    if request.args.get("view") == SMALL:
        with handle:
            return Response(make_preview(handle), mimetype=MEDIA_TYPE, headers=preview_headers())
    response = send_file(handle, mimetype=media_type)
    response.headers.update(headers)
    return response


def keep_uploads(ref: TaskFormRef, typed: Answers) -> dict[str, Any]:
    """Store every file that came with the form and name it in the answers.

    The bytes are checked and on disk before the transaction begins, so that no lock waits for the disk.

    Raises:
        InvalidError: a file is refused; the problem names its upload place, and none of the files is kept.
    """
    arrived = [file for name in request.files if name.startswith(MARK) for file in _arrived(ref, typed, name)]
    received = receive_all(file_store(), arrived, max_bytes=config().max_file_mb * 1024 * 1024)
    answers = dict(typed)
    if not received:
        return answers
    with writing() as act:
        for place, files in groupby(zip(arrived, received, strict=True), lambda pair: pair[0].field):
            ids = [attach_file(act, ref.task_id, file).id for _, file in files]
            answers = add_files(ref.form, answers, place, ids)
    return answers


def _arrived(ref: TaskFormRef, typed: Answers, name: str) -> list[Arrived]:
    """The files in one file input; none where nothing was chosen."""
    uploads = [upload for upload in request.files.getlist(name) if upload.filename]
    if not uploads:
        return []
    path = name.removeprefix(MARK)
    allowed = slot_of(ref.form, typed, path).types or tuple(FILE_KINDS)
    return [Arrived(upload.filename or "", cast(BinaryIO, upload.stream), allowed, path) for upload in uploads]
