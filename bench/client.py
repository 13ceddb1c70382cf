"""A person at a browser without pictures: signs in once, keeps the connection, sends forms."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException, HTTPResponse
from http.cookies import SimpleCookie
from subprocess import Popen
from sys import executable
from urllib.parse import urlencode

from workflow_app.config import Config
from workflow_app.demo.county import PASSWORD
from workflow_app.serve import MEMORY, gunicorn

_TOKEN = re.compile(r'name="csrf-token" content="([^"]+)"')


class Client:
    """One signed-in person."""

    def __init__(self, config: Config, username: str) -> None:
        self._connection = HTTPConnection(config.host, config.port)
        self._host, self._cookies = f"http://{config.host}:{config.port}", SimpleCookie()
        self._is_in = False
        self._token = self._read_token("/sign-in")
        status, _ = self.post("/sign-in", {"username": username, "password": PASSWORD})
        assert status == 303, f"{username} could not sign in: {status}"
        self._token = self._read_token("/notices")
        self._is_in = True

    def get(self, path: str) -> str:
        """The body of a page."""
        return self.get_bytes(path).decode()

    def get_bytes(self, path: str) -> bytes:
        """The bytes of a file."""
        status, _, body = self._send("GET", path)
        assert status == 200, f"{path}: {status}"
        return body

    def post(self, path: str, values: Mapping[str, str]) -> tuple[int, str]:
        """Send a form; the status and where it leads.

        A browser goes there, and the page shows what the answer has to say. Nobody goes here: once signed in, the
        cookies stay as they are, or those messages would pile up in them.
        """
        body = urlencode({"csrf_token": self._token, **values})
        status, location, _ = self._send("POST", path, body, keep_cookies=not self._is_in)
        return status, location

    def _read_token(self, path: str) -> str:
        found = _TOKEN.search(self.get(path))
        assert found is not None
        return found[1]

    def _send(
        self, method: str, path: str, body: str | None = None, *, keep_cookies: bool = True
    ) -> tuple[int, str, bytes]:
        cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in self._cookies.items())
        headers = {"Cookie": cookies, "Referer": self._host + path}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            answer = self._answer(method, path, body, headers)
        except (HTTPException, ConnectionError):
            # A connection that was idle for long is closed by the server; a browser opens another as well.
            self._connection.close()
            answer = self._answer(method, path, body, headers)
        if keep_cookies:
            for cookie in answer.headers.get_all("Set-Cookie", ()):
                self._cookies.load(cookie)
        return answer.status, answer.headers.get("Location", ""), answer.read()

    def _answer(self, method: str, path: str, body: str | None, headers: Mapping[str, str]) -> HTTPResponse:
        self._connection.request(method, path, body, dict(headers))
        return self._connection.getresponse()


@contextmanager
def serving(config: Config, *, web_processes: int, worker: bool) -> Iterator[list[Popen[bytes]]]:
    """The product served as ``workflow-app serve`` does, optionally with its job worker; the processes."""
    environment = {
        **MEMORY,
        "WORKFLOW_APP_DATA": str(config.data),
        "WORKFLOW_APP_DATABASE_URL": config.database_url,
        "WORKFLOW_APP_PASSWORD_DAYS": str(config.password_days),
        "WORKFLOW_APP_HOST": config.host,
        "WORKFLOW_APP_PORT": str(config.port),
    }
    commands = [gunicorn(config, web_processes)] + [[executable, "-m", "workflow_app", "worker"]] * worker
    processes = [Popen(command, env=environment) for command in commands]
    try:
        _wait_until_it_answers(config)
        yield processes
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(timeout=30)


def _wait_until_it_answers(config: Config) -> None:
    for _ in range(600):
        connection = HTTPConnection(config.host, config.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            if connection.getresponse().read() == b"ok":
                return
        except OSError:
            time.sleep(0.05)  # It is not listening yet, or listens and is still loading.
        finally:
            connection.close()
    raise RuntimeError("the product did not answer")
