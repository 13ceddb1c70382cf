"""Pictures: whole from beginning to end, and of a size that a program can open. Nothing is decoded here."""

from __future__ import annotations

import zlib
from typing import BinaryIO

from workflow_app.errors import InvalidError

MAX_PIXELS = 120_000_000
"""Enough for any camera in use; more is a picture made to exhaust whoever opens it."""

_PIECE = 1 << 20
_PNG = b"\x89PNG\r\n\x1a\n"
_JPG_END = b"\xff\xd9"


def check_png(handle: BinaryIO) -> None:
    """Go through the chunks of a PNG with their checksums: header, data, end, and nothing after it.

    Raises:
        InvalidError: it is cut, damaged, has a tail, or claims to be huge.
    """
    handle.seek(len(_PNG))
    kinds: list[bytes] = []
    while not kinds or kinds[-1] != b"IEND":
        head = handle.read(8)
        kind, first, whole = _chunk(handle, head)
        if not whole or (kind == b"IHDR") != (not kinds):
            raise InvalidError("PNG图片不完整，请重新导出后再上传。")
        if kind == b"IHDR":
            _check_pixels(int.from_bytes(first[:4]), int.from_bytes(first[4:8]))
        kinds.append(kind)
    if b"IDAT" not in kinds or handle.read(1):
        raise InvalidError("PNG图片不完整，请重新导出后再上传。")


def _chunk(handle: BinaryIO, head: bytes) -> tuple[bytes, bytes, bool]:
    """The kind of a chunk, the beginning of its content, and whether it is all there and unharmed."""
    kind, left = head[4:], int.from_bytes(head[:4])
    checksum, first = zlib.crc32(kind), b""
    while left:
        piece = handle.read(min(left, _PIECE))
        if not piece:
            return kind, first, False
        first = first or piece[:8]
        checksum, left = zlib.crc32(piece, checksum), left - len(piece)
    return kind, first, len(head) == 8 and handle.read(4) == checksum.to_bytes(4)


def check_jpg(handle: BinaryIO) -> None:
    """Go to the frame of a JPEG, then to its end. What telephones put after the end does no harm.

    Raises:
        InvalidError: it is cut, or claims to be huge.
    """
    handle.seek(2)
    while True:
        marker = handle.read(4)
        if len(marker) < 4 or marker[0] != 0xFF:
            raise InvalidError("JPG图片不完整，请重新导出后再上传。")
        if 0xC0 <= marker[1] <= 0xCF and marker[1] not in (0xC4, 0xC8, 0xCC):  # the frame header
            frame = handle.read(5)
            _check_pixels(int.from_bytes(frame[3:5]), int.from_bytes(frame[1:3]))
            break
        handle.seek(int.from_bytes(marker[2:4]) - 2, 1)
    last = b""
    while piece := handle.read(_PIECE):
        if _JPG_END in last + piece:
            return
        last = piece[-1:]
    raise InvalidError("JPG图片不完整，请重新导出后再上传。")


def _check_pixels(width: int, height: int) -> None:
    if not 0 < width * height <= MAX_PIXELS:
        raise InvalidError("图片尺寸异常（{width}×{height}），请缩小后再上传。", width=width, height=height)
