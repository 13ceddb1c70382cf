"""The hook for a virus scanner. The product brings none; a bureau connects its own."""

from __future__ import annotations

from typing import BinaryIO, Protocol

from workflow_app.errors import InvalidError, UnavailableError


class Scanner(Protocol):
    """Looks into a file before it is kept."""

    def scan(self, handle: BinaryIO) -> str | None:
        """The name of the threat that was found, None if nothing was. Raises OSError if the scanner does not answer."""


class NullScanner:
    """No scanner: every file passes."""

    def scan(self, handle: BinaryIO) -> str | None:  # noqa: ARG002 - the protocol's signature
        """Nothing is looked at, nothing is found."""
        return None


def check_clean(scanner: Scanner, handle: BinaryIO, *, fail_closed: bool) -> None:
    """Refuse a file in which the scanner finds something; with ``fail_closed`` also when the scanner does not answer.

    Raises:
        InvalidError: a threat was found.
        UnavailableError: the scanner did not answer and the bureau wants nothing unscanned.
    """
    handle.seek(0)
    try:
        threat = scanner.scan(handle)
    except OSError as error:
        if fail_closed:
            raise UnavailableError("病毒扫描服务没有响应，文件没有保存，请稍后再试。") from error
        return
    if threat is not None:
        raise InvalidError("文件未通过病毒扫描（{threat}），不能上传。", threat=threat)
