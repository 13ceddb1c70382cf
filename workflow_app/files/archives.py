"""ZIP containers (Office, OFD): what may be inside, how much, and under which names. Nothing is unpacked to disk."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Sequence
from io import BytesIO
from itertools import pairwise
from typing import BinaryIO

from workflow_app.errors import InvalidError

MAX_MEMBERS = 5000
MAX_UNPACKED = 200 * 1024 * 1024
MAX_NESTED = 20 * 1024 * 1024
MAX_DEPTH = 2

_CHUNK = 1 << 16
_OVERLAP = 2_000
"""Bytes of a piece that are looked at again with the next one: longer than any relation of a document."""
_LOCAL_HEADER = 30
_LINK, _TYPE_BITS = 0o120000, 0o170000
_ELSEWHERE = re.compile(r"^/|^[A-Za-z]:|(^|/)\.\.(/|$)|[\x00-\x1f]")
_PROGRAM = re.compile(r"\.(exe|dll|com|scr|bat|cmd|ps1|vbs|vbe|js|jse|wsf|hta|msi|lnk|jar)$", re.IGNORECASE)
_REMOTE = re.compile(
    rb"<Relationship(?=[^>]{0,1500}/(?:attachedTemplate|oleObject|frame|subDocument)[\"'])"
    rb"[^>]{0,1500}\sTarget\s{0,9}=\s{0,9}[\"'](?:https?:|ftp:|mhtml:|\\\\|file:////)"
    rb"|<[A-Za-z0-9]{0,20}:?ddeLink[ >]|DDEAUTO",
    re.IGNORECASE,
)
"""A template, object or frame that an office program fetches from a network when it opens the file, or a command."""
_CONTROL = re.compile(r"(^|/)activex/", re.IGNORECASE)
_MACRO = re.compile(r"(^|/)(vba(project|data)[^/]*\.(bin|xml)|macrosheets/.*|.*\.(bas|cls))$", re.IGNORECASE)


def member_names(handle: BinaryIO) -> frozenset[str]:
    """The names inside an archive that has passed every check.

    Raises:
        InvalidError: damaged, encrypted, too much inside, a name that leads elsewhere, a macro or a program.
    """
    names, _ = _checked(handle, depth=1, budget=MAX_UNPACKED)
    return names


def read_member(handle: BinaryIO, name: str, limit: int) -> bytes:
    """The first ``limit`` bytes of a member of an archive that has passed :func:`member_names`."""
    handle.seek(0)
    with zipfile.ZipFile(handle) as archive, archive.open(name) as member:
        return member.read(limit)


def has_archive_tail(handle: BinaryIO) -> bool:
    """Whether the file, whatever it begins with, would also open as a ZIP: a file of two faces."""
    size = handle.seek(0, 2)
    handle.seek(max(0, size - 65557))
    tail = handle.read()
    start = tail.rfind(b"PK\x05\x06")
    if start < 0 or len(tail) - start < 22:
        return False
    return start + 22 + int.from_bytes(tail[start + 20 : start + 22], "little") == len(tail)


def _checked(handle: BinaryIO, *, depth: int, budget: int) -> tuple[frozenset[str], int]:
    """The names inside, and what is left of the budget of unpacked bytes."""
    try:
        handle.seek(0)
        with zipfile.ZipFile(handle) as archive:
            members = archive.infolist()
            _check_directory(members, budget)
            for info in members:
                budget = _check_member(archive, info, depth=depth, budget=budget)
            return frozenset(info.filename for info in members), budget
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError):
        raise InvalidError("文件已损坏，无法打开，请重新导出后再上传。") from None


def _check_directory(members: Sequence[zipfile.ZipInfo], budget: int) -> None:
    if len(members) > MAX_MEMBERS or sum(info.file_size for info in members) > budget:
        raise InvalidError("文件解压后过大，请拆分后再上传。")
    if len({info.filename.lower() for info in members}) < len(members):
        raise InvalidError("文件内部有重名的内容，请重新导出后再上传。")
    placed = sorted(members, key=lambda info: info.header_offset)
    if placed and placed[0].header_offset:
        raise InvalidError("文件开头夹带了其他内容，不能上传。")
    for info, following in pairwise(placed):
        if info.header_offset + _LOCAL_HEADER + info.compress_size > following.header_offset:
            raise InvalidError("文件内部结构异常，可能是压缩炸弹，不能上传。")
    for info in members:
        _check_name(info)


def _check_name(info: zipfile.ZipInfo) -> None:
    name = info.orig_filename.replace("\\", "/")
    if _ELSEWHERE.search(name):
        raise InvalidError("文件内部含有非法路径，不能上传。")
    if (info.external_attr >> 16) & _TYPE_BITS == _LINK:
        raise InvalidError("文件内部含有链接，不能上传。")
    if info.flag_bits & 1:
        raise InvalidError("文件已加密，请取消密码后再上传。")
    if _PROGRAM.search(name):
        raise InvalidError("文件内部含有可执行程序，不能上传。")
    if _CONTROL.search(name):
        raise InvalidError("文件含有ActiveX控件，请去掉后另存再上传。")
    if _MACRO.search(name):
        raise InvalidError("文件含有宏，请去掉宏后另存再上传。")


class _Watch:
    """Looks through the XML of an archive as it is read, for what no honest document holds."""

    def __init__(self, name: str) -> None:
        self._looks = name.lower().endswith((".xml", ".rels", ".vml"))
        self._tail = b""

    def see(self, chunk: bytes) -> None:
        """Look at the next piece, and once more at the end of the one before: a word may lie across both.

        Raises:
            InvalidError: a document type (entities, XML bombs), or a template or object from elsewhere.
        """
        if not self._looks:
            return
        text = (self._tail + chunk).replace(b"\0", b"")  # a document in UTF-16 hides nothing
        if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
            raise InvalidError("文件内部含有外部实体声明，不能上传。")
        if _REMOTE.search(text):
            raise InvalidError("文件引用了外部模板或对象，请另存为不带链接的文件后再上传。")
        self._tail = text[-_OVERLAP:]


def _check_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, *, depth: int, budget: int) -> int:
    """Read a member to its end, so that a false size or checksum shows; look into it when it is an archive itself."""
    watch = _Watch(info.filename)
    with archive.open(info) as member:
        head = member.read(_CHUNK)
        watch.see(head)
        if head.startswith(b"MZ") and b"PE\0\0" in head:
            raise InvalidError("文件内部含有可执行程序，不能上传。")
        nested = head.startswith(b"PK\x03\x04")
        if nested and (depth >= MAX_DEPTH or info.file_size > MAX_NESTED):
            raise InvalidError("文件内部嵌套的压缩内容过深或过大，不能上传。")
        kept = [head] if nested else []
        while chunk := member.read(_CHUNK):
            watch.see(chunk)
            if nested:
                kept.append(chunk)
    budget -= info.file_size
    return _checked(BytesIO(b"".join(kept)), depth=depth + 1, budget=budget)[1] if nested else budget
