"""What a file really is: every honest kind passes, every disguise is refused with a plain reason."""

from __future__ import annotations

import tracemalloc
from io import BytesIO

import pytest

from tests.files import samples
from workflow_app.errors import InvalidError
from workflow_app.files.archives import MAX_MEMBERS
from workflow_app.files.sniff import sniff

HONEST = {
    "pdf": [samples.PDF],
    "ofd": [samples.ofd()],
    "docx": [
        samples.docx(),
        samples.docx({"word/embeddings/sheet1.xlsx": samples.docx(part="xl/workbook.xml")}),
        samples.docx({"word\\media\\image1.png": samples.image("PNG")}),
    ],
    "xlsx": [samples.docx(part="xl/workbook.xml")],
    "pptx": [samples.docx(part="ppt/presentation.xml")],
    "doc": [samples.ole("1Table", "WordDocument")],
    "xls": [samples.ole("Workbook"), samples.ole("Book")],
    "ppt": [samples.ole("Current User", "PowerPoint Document")],
    "jpg": [samples.image("JPEG"), samples.image("JPEG") + b"trailer of a telephone"],
    "png": [samples.image("PNG")],
}

HOSTILE = {
    "empty": (b"", "文件是空的"),
    "program": (samples.PROGRAM, "不能上传可执行程序"),
    "linux program": (b"\x7fELF" + b"\0" * 60, "不能上传可执行程序"),
    "shell script": (b"#!/bin/sh\n", "不能上传脚本"),
    "page": (b"\xef\xbb\xbf\n <!DOCTYPE HTML><script>alert(1)</script>", "不能上传网页"),
    "page without doctype": (b"<html><body>", "不能上传网页"),
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', "不能上传SVG图形"),
    "svg after prologue": (b'<?xml version="1.0"?>\n<svg/>', "不能上传SVG图形"),
    "xml": (b'<?xml version="1.0"?><!DOCTYPE x>', "不能上传XML文件"),
    "text": ("整改报告".encode("gbk"), "不能上传无法识别的文件"),
    "plain zip": (samples.zipped({"a.txt": b"x"}), "不能上传压缩包"),
    "jar as office": (samples.zipped({"META-INF/MANIFEST.MF": b"", "A.class": b""}), "不能上传压缩包"),
    "ofd without its namespace": (samples.zipped({"OFD.xml": b"<OFD/>"}), "不能上传压缩包"),
    "two office kinds": (samples.docx({"xl/workbook.xml": b"<x/>"}), "不能上传压缩包"),
    "macro": (samples.docx({"word/vbaProject.bin": b"\0"}), "文件含有宏"),
    "macro elsewhere": (samples.docx({"word/other/VBAPROJECT.BIN": b"\0"}), "文件含有宏"),
    "macro sheet": (samples.docx({"xl/macrosheets/sheet1.xml": b"\0"}, part="xl/workbook.xml"), "文件含有宏"),
    "macro by type": (
        samples.zipped(
            {"[Content_Types].xml": b'<x t="ms-word.document.macroEnabled.main"/>', "word/document.xml": b""}
        ),
        "文件含有宏",
    ),
    "program inside": (samples.docx({"word/embeddings/run.EXE": b"x"}), "可执行程序"),
    "program under another name": (samples.docx({"word/embeddings/oleObject1.bin": samples.PROGRAM}), "可执行程序"),
    "path upwards": (samples.docx({"../../etc/passwd": b"x"}), "非法路径"),
    "path upwards, other slash": (samples.docx({"word\\..\\..\\x": b"x"}), "非法路径"),
    "absolute path": (samples.docx({"/etc/passwd": b"x"}), "非法路径"),
    "drive": (samples.docx({"C:/x": b"x"}), "非法路径"),
    "link": (samples.linked(), "含有链接"),
    "encrypted": (samples.encrypted(), "文件已加密"),
    "two names for one": (samples.duplicated(), "重名"),
    "cut off": (samples.docx()[:-30], "文件已损坏"),
    "false size": (samples.false_size(), "文件已损坏"),
    "damaged deep inside": (samples.damaged_late(), "文件已损坏"),
    "overlapping": (samples.overlapping(), "结构异常"),
    "bomb": (samples.bomb(201), "解压后过大"),
    "too many members": (
        samples.docx({f"word/{i}": b"" for i in range(MAX_MEMBERS)}),
        "解压后过大",
    ),
    "bomb in a bomb": (
        samples.docx({f"word/embeddings/{i}.xlsx": samples.bomb(90) for i in range(3)}),
        "解压后过大",
    ),
    "too deep": (samples.docx({"a/1.docx": samples.docx({"a/2.docx": samples.docx()})}), "嵌套"),
    "macro in a nested file": (
        samples.docx({"word/embeddings/a.xlsm": samples.docx({"xl/vbaProject.bin": b"\0"})}),
        "文件含有宏",
    ),
    "old macro": (samples.ole("WordDocument", "VBA"), "文件含有宏"),
    "old macro sheet": (samples.ole("Workbook", "_VBA_PROJECT_CUR"), "文件含有宏"),
    "old encrypted": (samples.ole("EncryptedPackage", "EncryptionInfo"), "文件已加密"),
    "installer": (samples.ole("SummaryInformation"), "无法识别的文件"),
    "cut pdf": (samples.PDF[:30], "PDF文件不完整"),
    "pdf and archive": (samples.PDF + samples.zipped({"a.exe": b"x"}), "末尾夹带了压缩包"),
    "archive that ends like a pdf": (samples.PDF + samples.zipped({"a": b"x"}, comment=b"%%EOF"), "末尾夹带了压缩包"),
    "picture and archive": (samples.image("JPEG") + samples.docx(), "末尾夹带了压缩包"),
    "program before archive": (b"MZ" + samples.docx(), "不能上传可执行程序"),
    "junk before archive": (b"PK\x03\x04junk" + samples.docx(), "开头夹带"),
    "cut png": (samples.image("PNG")[:-4], "PNG图片不完整"),
    "png with a tail": (samples.image("PNG") + b"<script>", "PNG图片不完整"),
    "cut jpg": (samples.image("JPEG")[:10], "JPG图片不完整"),
    "png flood": (samples.flood_png(60_000, 60_000), "图片尺寸异常"),
    "png of nothing": (samples.flood_png(0, 10), "图片尺寸异常"),
    "jpg flood": (samples.flood_jpg(), "图片尺寸异常"),
}


@pytest.mark.parametrize(("code", "data"), [(code, data) for code, several in HONEST.items() for data in several])
def test_honest_files_are_what_they_are(code: str, data: bytes) -> None:
    assert sniff(BytesIO(data)).code == code


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused_with_the_reason(name: str) -> None:
    data, reason = HOSTILE[name]
    with pytest.raises(InvalidError, match=reason):
        sniff(BytesIO(data))


def test_a_bomb_is_not_unpacked_into_memory() -> None:
    data = samples.bomb(150)
    tracemalloc.start()
    try:
        sniff(BytesIO(data))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 8 << 20
