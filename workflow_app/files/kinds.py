"""The kinds of files that casework accepts. What is not listed here is refused, whatever it calls itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from workflow_app.files.names import extension
from workflow_app.text import Text


@dataclass(frozen=True)
class FileKind:
    """One kind: its code (as form files write it), what it is called, its media type and its usual extensions."""

    code: str
    name: Text
    media_type: str
    extensions: tuple[str, ...]
    inline: bool = False  # a browser may show it within a page's own address
    is_picture: bool = False


_OFFICE = "application/vnd.openxmlformats-officedocument."

FILE_KINDS: Mapping[str, FileKind] = {
    kind.code: kind
    for kind in (
        FileKind("pdf", Text("PDF文件"), "application/pdf", ("pdf",), inline=True),
        FileKind("ofd", Text("OFD版式文件"), "application/ofd", ("ofd",)),
        FileKind("docx", Text("Word文档"), f"{_OFFICE}wordprocessingml.document", ("docx",)),
        FileKind("xlsx", Text("Excel表格"), f"{_OFFICE}spreadsheetml.sheet", ("xlsx",)),
        FileKind("pptx", Text("PPT演示文稿"), f"{_OFFICE}presentationml.presentation", ("pptx",)),
        FileKind("doc", Text("Word文档（旧格式）"), "application/msword", ("doc", "wps")),
        FileKind("xls", Text("Excel表格（旧格式）"), "application/vnd.ms-excel", ("xls", "et")),
        FileKind("ppt", Text("PPT演示文稿（旧格式）"), "application/vnd.ms-powerpoint", ("ppt", "dps")),
        FileKind("jpg", Text("JPG图片"), "image/jpeg", ("jpg", "jpeg"), inline=True, is_picture=True),
        FileKind("png", Text("PNG图片"), "image/png", ("png",), inline=True, is_picture=True),
    )
}
"""Every kind by its code."""


def kind_for(code: str) -> FileKind:
    """The kind that a form file names by its code or an extension (``wps`` is a ``doc``, ``jpeg`` a ``jpg``).

    Raises:
        KeyError: no such kind.
    """
    for kind in FILE_KINDS.values():
        if code == kind.code or code in kind.extensions:
            return kind
    raise KeyError(code)


def is_picture(name: str) -> bool:
    """Whether a stored file is a picture: its name ends as its content is, else it had not been taken in."""
    return any(kind.is_picture and extension(name) in kind.extensions for kind in FILE_KINDS.values())
