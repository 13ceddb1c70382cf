"""What a file really is, by its content. Names and the browser's word count for nothing.

Only the listed kinds pass; a disguised program, web page or macro document is refused with a plain reason (G-23).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from workflow_app.errors import InvalidError
from workflow_app.files import archives
from workflow_app.files.kinds import FILE_KINDS, FileKind

MAX_PIXELS = 120_000_000
"""Enough for any camera in use; more is a picture made to exhaust whoever opens it."""

_HEAD = 4096
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_END = b"\0\0\0\0IEND\xaeB\x60\x82"
_OFFICE_PARTS = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx", "ppt/presentation.xml": "pptx"}
_OLE_STREAMS = {"WordDocument": "doc", "Workbook": "xls", "Book": "xls", "PowerPoint Document": "ppt"}
_OLE_MACROS = frozenset({"_VBA_PROJECT", "_VBA_PROJECT_CUR", "VBA"})
_DISGUISES: tuple[tuple[bytes, str], ...] = (
    (b"mz", "可执行程序"),
    (b"\x7felf", "可执行程序"),
    (b"#!", "脚本"),
    (b"<svg", "SVG图形"),
    (b"<!doctype html", "网页"),
    (b"<html", "网页"),
    (b"<script", "网页"),
    (b"<?xml", "XML文件"),
    (b"rar!", "RAR压缩包"),
    (b"7z\xbc\xaf", "7z压缩包"),
)


def sniff(handle: BinaryIO) -> FileKind:
    """The kind of a file, after every check that belongs to that kind.

    Raises:
        InvalidError: empty, of no accepted kind, damaged, encrypted, with macros, or made to harm; says which.
    """
    handle.seek(0)
    head = handle.read(_HEAD)
    if not head:
        raise InvalidError("文件是空的，请重新选择。")
    if head.startswith(b"PK\x03\x04"):
        return FILE_KINDS[_office_or_ofd(handle)]
    if head.startswith(_OLE):
        return FILE_KINDS[_old_office(handle)]
    for signature, check in ((b"%PDF-", _pdf), (_PNG, _png), (b"\xff\xd8\xff", _jpg)):
        if head.startswith(signature):
            code = check(handle)
            if archives.has_archive_tail(handle):
                raise InvalidError("文件末尾夹带了压缩包，不能上传。")
            return FILE_KINDS[code]
    raise InvalidError("不能上传{what}。可上传PDF、OFD、Office文档和JPG、PNG图片。", what=_disguise(head))


def _disguise(head: bytes) -> str:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if b"<svg" in start:
        return "SVG图形"
    return next((what for signature, what in _DISGUISES if start.startswith(signature)), "无法识别的文件")


def _office_or_ofd(handle: BinaryIO) -> str:
    names = archives.member_names(handle)
    if "OFD.xml" in names and b"ofdspec.org" in archives.read_member(handle, "OFD.xml", _HEAD):
        return "ofd"
    if "[Content_Types].xml" in names:
        if b"macroEnabled" in archives.read_member(handle, "[Content_Types].xml", archives.MAX_NESTED):
            raise InvalidError("文件含有宏，请去掉宏后另存再上传。")
        found = [code for part, code in _OFFICE_PARTS.items() if part in names]
        if len(found) == 1:
            return found[0]
    raise InvalidError("不能上传压缩包，请逐个上传其中的文件。")


def _old_office(handle: BinaryIO) -> str:
    names = set(_ole_names(handle))
    if names & _OLE_MACROS:
        raise InvalidError("文件含有宏，请去掉宏后另存再上传。")
    if "EncryptedPackage" in names:
        raise InvalidError("文件已加密，请取消密码后再上传。")
    found = {_OLE_STREAMS[name] for name in names & _OLE_STREAMS.keys()}
    if len(found) == 1:
        return found.pop()
    raise InvalidError("不能上传{what}。可上传PDF、OFD、Office文档和JPG、PNG图片。", what="无法识别的文件")


def _ole_names(handle: BinaryIO) -> Iterator[str]:
    """The names of all streams and storages of an OLE file.

    Directory entries are 128 bytes, aligned to 128. Every such place of the file is looked at, not the chain of the
    directory alone, so that a chain broken on purpose hides nothing.
    """
    handle.seek(0)
    while chunk := handle.read(1 << 20):
        for at in range(0, len(chunk) - 127, 128):
            length, kind = chunk[at + 64], chunk[at + 66]
            if kind in (1, 2) and 4 <= length <= 64 and chunk[at + 65] == 0 and not length % 2:
                yield chunk[at : at + length - 2].decode("utf-16-le", "replace")


def _pdf(handle: BinaryIO) -> str:
    size = handle.seek(0, 2)
    handle.seek(max(0, size - 2048))
    if b"%%EOF" not in handle.read():
        raise InvalidError("PDF文件不完整，请重新导出后再上传。")
    return "pdf"


def _png(handle: BinaryIO) -> str:
    handle.seek(0)
    header = handle.read(33)
    size = handle.seek(0, 2)
    handle.seek(max(0, size - len(_PNG_END)))
    if header[12:16] != b"IHDR" or len(header) < 33 or handle.read() != _PNG_END:
        raise InvalidError("PNG图片不完整，请重新导出后再上传。")
    _check_pixels(int.from_bytes(header[16:20]), int.from_bytes(header[20:24]))
    return "png"


def _jpg(handle: BinaryIO) -> str:
    handle.seek(2)
    while True:
        marker = handle.read(4)
        if len(marker) < 4 or marker[0] != 0xFF:
            raise InvalidError("JPG图片不完整，请重新导出后再上传。")
        if 0xC0 <= marker[1] <= 0xCF and marker[1] not in (0xC4, 0xC8, 0xCC):  # the frame header
            frame = handle.read(5)
            _check_pixels(int.from_bytes(frame[3:5]), int.from_bytes(frame[1:3]))
            return "jpg"
        handle.seek(int.from_bytes(marker[2:4]) - 2, 1)


def _check_pixels(width: int, height: int) -> None:
    if not 0 < width * height <= MAX_PIXELS:
        raise InvalidError("图片尺寸异常（{width}×{height}），请缩小后再上传。", width=width, height=height)
