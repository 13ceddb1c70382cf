"""A bureau is installed from nothing and served by several processes, as docs/operations.md says."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookiejar import CookieJar
from pathlib import Path
from signal import SIGTERM
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from tests.databases import Databases
from tests.faults.office import wait_until
from workflow_app.act import Act, system_actor
from workflow_app.audit.models import AuditEvent
from workflow_app.audit.verify import verify
from workflow_app.cli import cli
from workflow_app.clock import system_clock
from workflow_app.database import Database
from workflow_app.hourly import CHECKPOINT, KINDS
from workflow_app.jobs import enqueue
from workflow_app.jobs.models import Job

CREATE = (
    *("bureau", "create", "--code", "qinghe", "--name", "青禾县教育体育局", "--county", "青禾县"),
    *("--document-word", "青教体", "--profile", "003"),
)

pytestmark = pytest.mark.usefixtures("slow_passwords")


@dataclass
class Site:
    """One installation: its settings, and its database as somebody sees it who looks in from beside."""

    settings: dict[str, str]
    database: Database

    @property
    def address(self) -> str:
        """Where its pages are."""
        return f"http://127.0.0.1:{self.settings['WORKFLOW_APP_PORT']}"

    def command(self, *words: str) -> str:
        """What ``workflow-app`` prints."""
        done = CliRunner().invoke(cli, words, env=self.settings, catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done.output

    @contextmanager
    def running(self, *words: str) -> Iterator[subprocess.Popen[bytes]]:
        """A command that runs until it is told to end, and then ends well."""
        process = subprocess.Popen([sys.executable, "-m", "workflow_app", *words], env=self.settings)
        try:
            yield process
            process.send_signal(SIGTERM)
            assert process.wait(timeout=60) == 0
        finally:
            process.kill()
            process.wait()


@pytest.fixture
def site(databases: Databases, tmp_path: Path) -> Iterator[Site]:
    """Nothing but an empty database and an empty folder."""
    url = databases.new(tmp_path / "database")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {
        "WORKFLOW_APP_DATA": str(tmp_path / "data"),
        "WORKFLOW_APP_DATABASE_URL": url,
        "WORKFLOW_APP_PORT": str(port),
    }
    database = Database(url)
    yield Site(settings, database)
    database.dispose()
    databases.drop(url)


def opener() -> OpenerDirector:
    """A browser that keeps its cookies."""
    return build_opener(HTTPCookieProcessor(CookieJar()))


def is_ready(site: Site) -> bool:
    """Whether the site takes work."""
    try:
        return bool(opener().open(f"{site.address}/readyz").read() == b"ready")
    except (HTTPError, URLError, ConnectionError):
        return False


def sign_in(site: Site, username: str, password: str) -> tuple[OpenerDirector, str]:
    """The page after the sign-in."""
    browser, page = opener(), f"{site.address}/sign-in"
    token = re.search(r'name="csrf-token" content="([^"]+)"', browser.open(page).read().decode())
    assert token is not None
    form = urlencode({"csrf_token": token[1], "username": username, "password": password}).encode()
    return browser, browser.open(Request(page, form, {"Referer": page})).geturl()  # noqa: S310 - our own server


def count(site: Site, *conditions: object) -> int:
    """How many jobs there are."""
    with site.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Job).where(*conditions)) or 0  # type: ignore[arg-type]


def keep_busy(site: Site) -> Callable[[], bool]:
    """Gives the workers more to do until both have done something; whether they have, and all is done."""

    def looked() -> bool:
        with site.database.reading() as session:
            owners = set(session.scalars(select(Job.owner).where(Job.done_at.is_not(None))))
        waiting = count(site, Job.done_at.is_(None))
        if len(owners) < 2 and waiting < 10:
            _wish_for_ten(site)
        return len(owners) == 2 and waiting == 0

    return looked


def _wish_for_ten(site: Site) -> None:
    with site.database.writing() as session:
        act = Act(session, system_actor(1), system_clock())
        before = session.scalar(select(func.count()).select_from(Job)) or 0
        for number in range(10):
            enqueue(act, CHECKPOINT, {}, f"busy:{before + number}")


def test_from_nothing_to_a_bureau_served_by_four_processes(site: Site) -> None:
    site.command("upgrade")
    said = site.command(*CREATE)
    username, password = re.findall(r"(qinghe-system)  (\S+)", said)[0]
    with site.running("serve", "--workers", "2"), site.running("worker"):
        wait_until(lambda: is_ready(site), "the pages")
        with ThreadPoolExecutor(8) as people:
            arrived = list(people.map(lambda _: sign_in(site, username, password)[1], range(8)))
        assert set(arrived) == {f"{site.address}/password"}, "the first password must be changed"
        wait_until(keep_busy(site), "both workers")
    assert count(site, Job.tries != 1) == 0
    assert count(site, Job.kind.in_(KINDS), Job.key.not_like("%busy%")) >= len(KINDS), "the jobs of the hour, once"
    with site.database.reading() as session:
        made = session.scalar(select(func.count()).where(AuditEvent.kind == "checkpoint_made"))
        assert made == count(site, Job.kind == CHECKPOINT)
        assert verify(session).is_sound
