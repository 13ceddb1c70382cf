"""Small files of every kind, honest and hostile, built here so that no binary lies in the repository."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Mapping
from io import BytesIO
from random import Random

from PIL import Image

CONTENT_TYPES = b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PROGRAM = b"MZ\x90\0" + b"\0" * 60 + b"PE\0\0" + b"\0" * 200


def zipped(members: Mapping[str, bytes], *, comment: bytes = b"") -> bytes:
    """A ZIP with these members and a comment at its end."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.comment = comment
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def docx(extra: Mapping[str, bytes] | None = None, *, part: str = "word/document.xml") -> bytes:
    """An Office file whose main part is ``part``, with further members."""
    return zipped({"[Content_Types].xml": CONTENT_TYPES, "_rels/.rels": b"<r/>", part: b"<w/>", **(extra or {})})


def ofd() -> bytes:
    """A minimal OFD container (GB/T 33190)."""
    return zipped({"OFD.xml": b'<ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016"/>', "Doc_0/Document.xml": b"<d/>"})


def ole(*names: str) -> bytes:
    """An OLE file whose directory holds these streams."""
    entries = b"".join(_entry(name) for name in ("Root Entry", *names))
    return OLE_MAGIC + b"\0" * 504 + entries.ljust(-(-len(entries) // 512) * 512, b"\0")


def _entry(name: str) -> bytes:
    text = name.encode("utf-16-le")
    kind = 5 if name == "Root Entry" else 2
    return text.ljust(64, b"\0") + struct.pack("<HB", len(text) + 2, kind) + b"\0" * 61


def image(kind: str, size: tuple[int, int] = (4, 3)) -> bytes:
    """A real picture, ``JPEG`` or ``PNG``."""
    buffer = BytesIO()
    Image.new("RGB", size, "red").save(buffer, kind)
    return buffer.getvalue()


def flood_png(width: int, height: int) -> bytes:
    """A PNG of a few bytes that claims to be huge."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"")), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )


def flood_jpg() -> bytes:
    """A JPEG that claims 65535 by 65535 pixels."""
    return image("JPEG").replace(struct.pack(">HH", 3, 4), b"\xff\xff\xff\xff", 1)


def linked() -> bytes:
    """An Office file with a symbolic link inside."""
    buffer = BytesIO(docx())
    with zipfile.ZipFile(buffer, "a") as archive:
        link = zipfile.ZipInfo("word/link")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    return buffer.getvalue()


def encrypted() -> bytes:
    """An Office file whose members claim to be encrypted."""
    data = bytearray(docx())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(signature)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(signature, at + 4)
    return bytes(data)


def duplicated() -> bytes:
    """An Office file with two main parts that differ in capitals only, of which programs read different ones."""
    return docx({"WORD/document.xml": b"<other/>"})


def false_size() -> bytes:
    """An Office file that declares a member smaller than it is."""
    data = bytearray(docx({"word/media/big.bin": bytes(1 << 20)}))
    real, claimed = struct.pack("<I", 1 << 20), struct.pack("<I", 16)
    return bytes(data).replace(real, claimed)


def damaged_late() -> bytes:
    """An Office file with one wrong byte deep inside a large member."""
    noise = Random(1).randbytes(200_000)  # noqa: S311 - incompressible, not secret
    data = bytearray(docx({"word/media/noise.bin": noise}))
    data[data.find(b"word/media/noise.bin") + 150_000] ^= 1
    return bytes(data)


def overlapping() -> bytes:
    """An Office file whose directory lets two members share the same bytes."""
    data = bytearray(docx({"word/a.xml": b"a" * 4000, "word/b.xml": b"a" * 4000}))
    first = data.find(b"word/a.xml", data.find(b"PK\x01\x02"))
    second = data.find(b"word/b.xml", data.find(b"PK\x01\x02"))
    data[second - 4 : second] = data[first - 4 : first]
    return bytes(data)


def bomb(megabytes: int) -> bytes:
    """An Office file that unpacks to so many megabytes of zeros."""
    return docx({"word/media/zeros.bin": bytes(megabytes << 20)})
