"""What a file really is, by its content. Names and the browser's word count for nothing.

Only the listed kinds pass; a disguised program, web page or macro document is refused with a plain reason (G-23).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO

from workflow_app.errors import InvalidError
from workflow_app.files import archives
from workflow_app.files.kinds import FILE_KINDS, FileKind
from workflow_app.files.ole import MAGIC, old_office
from workflow_app.files.pdf import check_pdf
from workflow_app.files.pictures import check_jpg, check_png
from workflow_app.text import Text

_HEAD = 4096
_PNG = b"\x89PNG\r\n\x1a\n"
_OFFICE_PARTS = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx", "ppt/presentation.xml": "pptx"}
_CHECKS: tuple[tuple[bytes, str, Callable[[BinaryIO], None]], ...] = (
    (b"%PDF-", "pdf", check_pdf),
    (_PNG, "png", check_png),
    (b"\xff\xd8\xff", "jpg", check_jpg),
)
_DISGUISES: tuple[tuple[bytes, Text], ...] = (
    (b"mz", Text("可执行程序")),
    (b"\x7felf", Text("可执行程序")),
    (b"#!", Text("脚本")),
    (b"<svg", Text("SVG图形")),
    (b"<!doctype html", Text("网页")),
    (b"<html", Text("网页")),
    (b"<script", Text("网页")),
    (b"<?xml", Text("XML文件")),
    (b"rar!", Text("RAR压缩包")),
    (b"7z\xbc\xaf", Text("7z压缩包")),
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
    if head.startswith(MAGIC):
        return FILE_KINDS[old_office(handle)]
    for signature, code, check in _CHECKS:
        if head.startswith(signature):
            check(handle)
            if archives.has_archive_tail(handle):
                raise InvalidError("文件末尾夹带了压缩包，不能上传。")
            return FILE_KINDS[code]
    raise InvalidError("不能上传{what}。可上传PDF、OFD、Office文档和JPG、PNG图片。", what=_disguise(head))


def _disguise(head: bytes) -> Text:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if b"<svg" in start:
        return Text("SVG图形")
    return next((what for signature, what in _DISGUISES if start.startswith(signature)), Text("无法识别的文件"))


def _office_or_ofd(handle: BinaryIO) -> str:
    names = archives.member_names(handle)
    if "OFD.xml" in names and b"ofdspec.org" in archives.read_member(handle, "OFD.xml", _HEAD):
        return "ofd"
    if "[Content_Types].xml" in names:
        types = archives.read_member(handle, "[Content_Types].xml", archives.MAX_NESTED)
        if b"macroEnabled" in types or b"macrosheet" in types:
            raise InvalidError("文件含有宏，请去掉宏后另存再上传。")
        found = [code for part, code in _OFFICE_PARTS.items() if part in names]
        if len(found) == 1:
            return found[0]
    raise InvalidError("不能上传压缩包，请逐个上传其中的文件。")
