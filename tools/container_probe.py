"""What is asked from within a running container (``python - QUESTION …``, this file on its standard input).

It is no part of the image: :mod:`tools.try_container` hands it in. A question whose answer is bad ends with its reason.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import time
from collections.abc import Callable
from http.client import HTTPConnection, HTTPResponse
from importlib.util import find_spec
from pathlib import Path

from sqlalchemy import delete, func, select

from workflow_app.config import from_environment
from workflow_app.database import Database
from workflow_app.files.models import StoredFile
from workflow_app.files.store import FileStore
from workflow_app.jobs.models import Job
from workflow_app.records.issue import RENDER
from workflow_app.records.models import IssuedRecord, RecordArtefact
from workflow_app.records.rendering import ORIGINAL

WAIT_SECONDS = 120
BUILD_TOOLS = ("pip", "pip3", "uv", "cc", "gcc", "g++", "clang", "ld", "make", "cargo", "git", "curl", "wget")
BUILD_MODULES = ("pip", "setuptools", "hatchling", "wheel")
MACHINE_FILES = ("/etc/pip.conf", "/etc/xdg/pip", "/root/.config/pip", "/root/.cache", "/run/secrets", "/src")
"""What a build can leave behind: the machine's settings of pip, its caches, secrets and sources."""


def _ask(path: str, cookie: str = "", form: str | None = None) -> tuple[HTTPResponse, str]:
    """An answer of the pages as the reverse proxy would get it, and its text."""
    config = from_environment()
    host = config.base_url.partition("://")[2]
    headers = {"Host": host, "X-Forwarded-Proto": config.base_url.partition(":")[0], "X-Forwarded-For": "192.0.2.7"}
    headers |= {"Cookie": cookie, "Referer": f"{config.base_url}/sign-in"}
    if form is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    connection = HTTPConnection("127.0.0.1", config.port, timeout=20)
    connection.request("GET" if form is None else "POST", path, body=form, headers=headers)
    answer = connection.getresponse()
    return answer, answer.read().decode()


def _cookie(answer: HTTPResponse) -> str:
    return "; ".join(line.partition(";")[0] for line in answer.headers.get_all("Set-Cookie") or ())


def pages() -> str:
    """Health, readiness and the sign-in page with everything that it links."""
    for path in ("/healthz", "/readyz"):
        answer, text = _ask(path)
        if answer.status != 200:
            raise SystemExit(f"{path}: {answer.status} {text}")
    answer, text = _ask("/sign-in")
    linked = re.findall(r'(?:href|src)="(/static/[^"]+)"', text)
    if answer.status != 200 or not any(".css" in path for path in linked):
        raise SystemExit(f"/sign-in: {answer.status} without its styles")
    for path in linked:
        if _ask(path)[0].status != 200:
            raise SystemExit(f"{path} is not there")
    return f"healthz and readyz answer, the sign-in page comes with {len(linked)} linked files"


def sign_in(username: str, password: str) -> str:
    """The cookie of somebody who has signed in."""
    answer, text = _ask("/sign-in")
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', text)
    if token is None:
        raise SystemExit("the sign-in page has no token")
    form = f"username={username}&password={password}&csrf_token={token[1]}"
    answer, _ = _ask("/sign-in", _cookie(answer), form)
    if answer.status not in {302, 303}:
        raise SystemExit(f"{username} cannot sign in: {answer.status}")
    return _cookie(answer)


def visit(cookie: str) -> str:
    """Whether somebody who has signed in still is: the first page is not the one for signing in."""
    answer, _ = _ask("/", cookie)
    where = answer.headers.get("Location", "")
    if answer.status >= 400 or "/sign-in" in where:
        raise SystemExit(f"no longer signed in: {answer.status} {where}")
    return "who had signed in still is"


def _is_in(path: str, folders: tuple[str, ...]) -> bool:
    return any(path == folder or path.startswith(f"{folder}/") for folder in folders)


def _keeps(path: str) -> bool:
    """Whether something can be left there; a socket only carries away."""
    return os.access(path, os.W_OK) and not Path(path).is_symlink() and not Path(path).is_socket()


def leftovers() -> str:
    """What the image must not have: build tools, the machine's settings, a place to write besides the volume."""
    found = [name for name in BUILD_TOOLS if shutil.which(name)]
    found += [f"module {name}" for name in BUILD_MODULES if find_spec(name)]
    found += [name for name in MACHINE_FILES if os.access(name, os.F_OK)]
    for folder, inner, names in os.walk("/"):
        # The kernel's own trees are the engine's to protect.
        inner[:] = [name for name in inner if not _is_in(f"{folder.rstrip('/')}/{name}", ("/proc", "/sys", "/dev"))]
        if not _is_in(folder, ("/data", "/tmp")):  # noqa: S108 - these two may be written
            found += [f"writable {path}" for path in (folder, *(f"{folder}/{name}" for name in names)) if _keeps(path)]
    if found:
        raise SystemExit(f"the image has what it should not: {', '.join(found[:20])}")
    return f"user {os.getuid()} can write /data and /tmp only; no build tool and no setting of a machine is left"


def forget_drawings() -> str:
    """Let documents that the demonstration drew by itself wait for a worker again; how many."""
    config = from_environment()
    with Database(config.database_url).writing() as session:
        jobs = session.scalars(select(Job).where(Job.kind == RENDER)).all()
        for job in jobs:
            session.execute(delete(RecordArtefact).where(RecordArtefact.record_id == job.args["record_id"]))
            job.done_at = job.lease_until = None
    if not jobs:
        raise SystemExit("the demonstration has no document to draw")
    return f"{len(jobs)} documents wait for a worker"


def documents() -> str:
    """Every issued document is drawn within two minutes, as a PDF that holds its typefaces."""
    config = from_environment()
    database, store = Database(config.database_url), FileStore(config.data / "files")
    drawn = select(StoredFile.sha256).join(RecordArtefact, RecordArtefact.file_id == StoredFile.id)
    until = time.monotonic() + WAIT_SECONDS
    while True:
        with database.reading() as session:
            issued = session.scalar(select(func.count()).select_from(IssuedRecord)) or 0
            hashes = session.scalars(drawn.where(RecordArtefact.kind == ORIGINAL)).all()
        if len(hashes) == issued > 0:
            break
        if time.monotonic() > until:
            raise SystemExit(f"{len(hashes)} of {issued} documents are drawn")
        time.sleep(1)
    for sha256 in hashes:
        data = store.path(sha256).read_bytes()
        if not data.startswith(b"%PDF-") or b"/FontFile" not in data:
            raise SystemExit(f"{sha256} is not a PDF with its typefaces")
    return f"all {issued} documents are drawn, typefaces and all"


QUESTIONS: tuple[Callable[..., str], ...] = (pages, sign_in, visit, leftovers, forget_drawings, documents)


if __name__ == "__main__":
    _, question, *rest = sys.argv
    asked = {answer.__name__: answer for answer in QUESTIONS}
    sys.stdout.write(f"{asked[question](*rest)}\n")
