"""PDF files: whole, open, and without anything that acts by itself when somebody opens them."""

from __future__ import annotations

import re
import zlib
from typing import BinaryIO

from workflow_app.errors import InvalidError
from workflow_app.files.carried import Stream, check_carried

MAX_OBJECTS = 20 * 1024 * 1024
"""Unpacked bytes of the objects that a PDF keeps in streams; more is made to exhaust whoever opens it."""

_STREAM = re.compile(rb"\bstream\r?\n(.*?)\bendstream\b", re.DOTALL)
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_ACTIVE = re.compile(rb"/(JavaScript|JS|Launch|RichMedia|XFA|SubmitForm|ImportData|Rendition)(?![A-Za-z])")
_ENCRYPTED = re.compile(rb"/Encrypt(?![A-Za-z])")


def check_pdf(handle: BinaryIO) -> None:
    """Look through the objects of a PDF; the contents of pages and pictures are left out.

    Raises:
        InvalidError: it is cut, encrypted, holds scripts or actions that run by themselves, or carries files other than
            the data of an electronic invoice.
    """
    handle.seek(0)
    data = handle.read()
    if b"%%EOF" not in data[-2048:] or b" obj" not in data or not (b"trailer" in data or b"/XRef" in data):
        raise InvalidError("PDF文件不完整，请重新导出后再上传。")
    objects, streams = _read(data)
    for words in objects:
        if _ENCRYPTED.search(words):
            raise InvalidError("文件已加密，请取消密码后再上传。")
        if _ACTIVE.search(words):
            raise InvalidError("PDF文件含有脚本或自动执行的动作，请打印为PDF后再上传。")
    check_carried(objects, streams)


def _read(data: bytes) -> tuple[list[bytes], list[Stream]]:
    """The words of all objects, those that are kept in streams included, with every name written out; the streams."""
    objects: list[bytes] = []
    streams: list[Stream] = []
    at, budget, view = 0, MAX_OBJECTS, memoryview(data)
    for found in _STREAM.finditer(data):
        described = _plain(data[at : found.start()])
        objects.append(described)
        streams.append(Stream(described, view[found.start(1) : found.end(1)]))
        if b"/ObjStm" in described[-2000:]:
            unpacked = _unpacked(found[1], budget + 1)
            budget -= len(unpacked)
            if budget < 0:
                raise InvalidError("文件解压后过大，请拆分后再上传。")
            objects.append(_plain(unpacked))
        at = found.end()
    return [*objects, _plain(data[at:])], streams


def _plain(words: bytes) -> bytes:
    """The words with the characters of names that were written as numbers: /J#53 is /JS."""
    return _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), words)


def _unpacked(stream: bytes, limit: int) -> bytes:
    """A stream unpacked as far as the limit; one that is packed in another way is looked at as it is."""
    try:
        return zlib.decompressobj().decompress(stream, limit)
    except zlib.error:
        return stream
