"""PDF files: whole, open, and without anything that acts by itself when somebody opens them."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from workflow_app.errors import InvalidError

MAX_OBJECTS = 20 * 1024 * 1024
"""Unpacked bytes of the objects that a PDF keeps in streams; more is made to exhaust whoever opens it."""

_STREAM = re.compile(rb"\bstream\r?\n(.*?)\bendstream\b", re.DOTALL)
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_ACTIVE = re.compile(rb"/(JavaScript|JS|Launch|RichMedia|XFA|SubmitForm|ImportData|Rendition)(?![A-Za-z])")
_ENCRYPTED = re.compile(rb"/Encrypt(?![A-Za-z])")
_CARRIES = re.compile(rb"/(EmbeddedFiles?|GoToE|FileAttachment)(?![A-Za-z])")


def check_pdf(handle: BinaryIO) -> None:
    """Look through the objects of a PDF; the contents of pages and pictures are left out.

    Raises:
        InvalidError: it is cut, encrypted, holds scripts or actions that run by themselves, or carries other files.
    """
    handle.seek(0)
    data = handle.read()
    if b"%%EOF" not in data[-2048:] or b" obj" not in data or not (b"trailer" in data or b"/XRef" in data):
        raise InvalidError("PDF文件不完整，请重新导出后再上传。")
    for objects in _objects(data):
        words = _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), objects)  # /J#53 is /JS
        if _ENCRYPTED.search(words):
            raise InvalidError("文件已加密，请取消密码后再上传。")
        if _ACTIVE.search(words):
            raise InvalidError("PDF文件含有脚本或自动执行的动作，请打印为PDF后再上传。")
        if _CARRIES.search(words):
            raise InvalidError("PDF文件夹带了其他文件，请打印为PDF后再上传。")


def _objects(data: bytes) -> Iterator[bytes]:
    """What stands between the streams, and the objects that are kept in streams."""
    at, budget = 0, MAX_OBJECTS
    for found in _STREAM.finditer(data):
        described = data[at : found.start()]
        yield described
        if b"/ObjStm" in described[-2000:]:
            unpacked = _unpacked(found[1], budget + 1)
            budget -= len(unpacked)
            if budget < 0:
                raise InvalidError("文件解压后过大，请拆分后再上传。")
            yield unpacked
        at = found.end()
    yield data[at:]


def _unpacked(stream: bytes, limit: int) -> bytes:
    """A stream unpacked as far as the limit; one that is packed in another way is looked at as it is."""
    try:
        return zlib.decompressobj().decompress(stream, limit)
    except zlib.error:
        return stream
