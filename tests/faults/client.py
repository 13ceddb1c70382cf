"""A person at a browser without scripts, over a real connection; what they were told is recorded."""

from __future__ import annotations

import http.client
import re
import secrets
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from tests.faults.office import PATIENCE_SECONDS
from tests.faults.recorded import Asked, Outcome, Recorder
from workflow_app.demo.county import PASSWORD
from workflow_app.demo.evidence import sample_pdf

Values = Mapping[str, str | Sequence[str]]
"""Form fields by name; a name that starts with ``upload-`` gets a PDF of that title."""

DONE, REFUSED = frozenset({303}), frozenset({400, 403, 404, 409, 422, 429, 500, 503})
"""Answers by which the page says that the act was done, and that nothing was saved."""


class Unanswered(Exception):  # noqa: N818 - what happened, not whose fault
    """The connection ended without an answer: nobody knows whether it was done."""


@dataclass(frozen=True)
class Answer:
    """A page as it came."""

    status: int
    text: str
    location: str = ""
    retry_after: str = ""


class Client:
    """One browser, signed in as one person."""

    def __init__(self, host: str, port: int, username: str, person_id: int, recorder: Recorder) -> None:
        self.username, self.person_id = username, person_id
        self._host, self._port, self._recorder = host, port, recorder
        self._cookies: dict[str, str] = {}

    def sign_in(self) -> None:
        """Sign in; the session outlives every process of the office."""
        token = hidden(self.patiently("GET", "/sign-in").text, "csrf_token")
        values = {"csrf_token": token, "username": self.username, "password": PASSWORD}
        answer = self.patiently("POST", "/sign-in", values)
        assert answer.status == 303, answer.text

    def get(self, path: str) -> Answer:
        """Open a page once."""
        return self._request("GET", path, None)

    def patiently(self, method: str, path: str, values: Values | None = None) -> Answer:
        """Ask until there is an answer, as a person presses the button again."""
        until = time.monotonic() + PATIENCE_SECONDS
        pause = threading.Event()
        while True:
            try:
                return self._request(method, path, values)
            except Unanswered:
                if time.monotonic() > until:
                    raise
                pause.wait(0.05)

    def submit(self, task_id: int, values: Values) -> Answer:
        """Open a task, answer it, and press the button again with the same key until the page says what came of it."""
        path = f"/tasks/{task_id}"
        page = self.patiently("GET", path)
        if page.status != 200:
            return page
        sent = {**values, "act": "submit", **{n: hidden(page.text, n) for n in ("csrf_token", "revision", "key")}}
        decision = values.get("f-decision")
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            answer, outcome = self._once(path, sent)
            key = f"{task_id}:{sent['key']}"
            self._recorder.note(
                Asked(key, task_id, self.person_id, str(decision) if decision else None, outcome, answer.status)
            )
            if outcome != "unknown" or time.monotonic() > until:
                return answer
            threading.Event().wait(0.05)

    def _once(self, path: str, sent: Values) -> tuple[Answer, Outcome]:
        try:
            answer = self._request("POST", path, sent)
        except Unanswered:
            return Answer(0, ""), "unknown"
        assert answer.status in DONE | REFUSED, f"{answer.status} {answer.text[:2000]}"
        return answer, "ok" if answer.status in DONE else "refused"

    def _request(self, method: str, path: str, values: Values | None) -> Answer:
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self._cookies.items())}
        body: bytes | None = None
        if values is not None:
            kind, body = _encoded(values)
            headers |= {"Content-Type": kind, "Referer": f"http://{self._host}:{self._port}{path}"}
        connection = http.client.HTTPConnection(self._host, self._port, timeout=PATIENCE_SECONDS)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            text = response.read().decode()
        except (OSError, http.client.HTTPException) as gone:
            raise Unanswered from gone
        finally:
            connection.close()
        for line in response.headers.get_all("Set-Cookie") or []:
            self._cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        found = response.headers
        return Answer(response.status, text, found.get("Location", ""), found.get("Retry-After", ""))


def hidden(page: str, name: str) -> str:
    """The value of a hidden input."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None, f"{name} is not on the page: {page[:2000]}"
    return found[1]


def _encoded(values: Values) -> tuple[str, bytes]:
    if not any(name.startswith("upload-") for name in values):
        return "application/x-www-form-urlencoded", urlencode(values, doseq=True).encode()
    boundary, parts = secrets.token_hex(16), []
    for name, value in values.items():
        for one in [value] if isinstance(value, str) else value:
            is_file = name.startswith("upload-")
            file = f'; filename="{one}.pdf"\r\nContent-Type: application/pdf' if is_file else ""
            content = sample_pdf(one) if is_file else one.encode()
            head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'
            parts.append(head.encode() + content + b"\r\n")
    return f"multipart/form-data; boundary={boundary}", b"".join(parts) + f"--{boundary}--\r\n".encode()
