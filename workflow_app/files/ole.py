"""Office files of the old format (OLE compound files): which program they belong to, and whether they hold macros."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from workflow_app.errors import InvalidError
from workflow_app.text import Text

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_STREAMS = {"WordDocument": "doc", "Workbook": "xls", "Book": "xls", "PowerPoint Document": "ppt"}
_MACROS = frozenset({"_VBA_PROJECT", "_VBA_PROJECT_CUR", "VBA"})
_PIECE = 1 << 20
_SHEET = re.compile(rb"\x85\x00[\x09-\x47]\x00.{4}[\x00-\x02]\x01[\x01-\x1f][\x00\x01]", re.DOTALL)
_LONGEST_SHEET = 80  # bytes of the record of one sheet


def old_office(handle: BinaryIO) -> str:
    """The code of the kind of an old Office file.

    Raises:
        InvalidError: macros, encryption, or no Office file at all.
    """
    names = set(_names(handle))
    if names & _MACROS or _has_macro_sheet(handle):
        raise InvalidError("文件含有宏，请去掉宏后另存再上传。")
    if "EncryptedPackage" in names:
        raise InvalidError("文件已加密，请取消密码后再上传。")
    found = {_STREAMS[name] for name in names & _STREAMS.keys()}
    if len(found) == 1:
        return found.pop()
    raise InvalidError("不能上传{what}。可上传PDF、OFD、Office文档和JPG、PNG图片。", what=Text("无法识别的文件"))


def _names(handle: BinaryIO) -> Iterator[str]:
    """The names of all streams and storages of an OLE file.

    Directory entries are 128 bytes, aligned to 128. Every such place of the file is looked at, not the chain of the
    directory alone, so that a chain broken on purpose hides nothing.
    """
    handle.seek(0)
    while chunk := handle.read(_PIECE):
        for at in range(0, len(chunk) - 127, 128):
            length, kind = chunk[at + 64], chunk[at + 66]
            if kind in (1, 2) and 4 <= length <= 64 and chunk[at + 65] == 0 and not length % 2:
                yield chunk[at : at + length - 2].decode("utf-16-le", "replace")


def _has_macro_sheet(handle: BinaryIO) -> bool:
    """Whether a workbook lists a sheet of macros (Excel 4.0), which needs no macro project.

    The record of a sheet ([MS-XLS] BoundSheet8): 85 00, length, position, state, kind (1: macros), its name.
    """
    handle.seek(0)
    kept = b""
    while chunk := handle.read(_PIECE):
        text = kept + chunk
        if any(_fits(text[found.start() :][:12]) for found in _SHEET.finditer(text)):
            return True
        kept = text[-_LONGEST_SHEET:]
    return False


def _fits(record: bytes) -> bool:
    """Whether the length of a record is that of its name: chance does not look like this."""
    characters, wide = record[10], record[11]
    return int.from_bytes(record[2:4], "little") == 8 + characters * (1 + wide)
