"""Files that a PDF carries. An electronic invoice (电子发票) may carry its data as XML; anything else is refused.

An invoice counts as evidence only with the data that its issuer put into it (财会〔2020〕6号), so it cannot be
printed anew. What it may carry is narrow: few streams, small, plainly packed, each well-formed XML that no program
runs and no browser draws.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

from workflow_app.errors import InvalidError

MAX_CARRIED = 5
MAX_XML = 1024 * 1024
"""Bytes of the data of an invoice, unpacked; those in use have some tens of kilobytes."""

_CARRIES = re.compile(rb"/(EmbeddedFiles?|EF)(?![A-Za-z])")
_NEVER = re.compile(rb"/(GoToE|FileAttachment)(?![A-Za-z])")
_FILES = re.compile(rb"/EF(?![A-Za-z])\s*(<<[^<>]*>>)?")
_REFERENCE = re.compile(rb"(\d{1,10})\s+\d{1,5}\s+R\b")
_OBJECT = re.compile(rb"(\d{1,10})\s+\d{1,5}\s+obj\b")
_ANY_OBJECT = re.compile(rb"\bobj\b")
_HEADER = re.compile(rb"\A%PDF-\d\.\d")
_COMMENTED = re.compile(rb"%[^\r\n]*(\d\s+obj\b|\d\s*$)", re.MULTILINE)
_FILTERS = re.compile(rb"/(?:Filter|F|FFilter|DecodeParms|DP)(?![A-Za-z])\s*(\[[^\]]*\]|/\w+|[^/>\s]+)")
_PLAIN = (b"/FlateDecode", b"[/FlateDecode]")
_DRAWN = ("http://www.w3.org/1999/xhtml", "http://www.w3.org/2000/svg", "http://www.w3.org/1999/XSL/")


@dataclass(frozen=True)
class Stream:
    """A stream of a PDF: the words before it, since the stream before, and its bytes as they are stored."""

    described: bytes
    stored: memoryview


def check_carried(objects: Sequence[bytes], streams: Sequence[Stream]) -> None:
    """See that a PDF carries nothing, or only what an electronic invoice may carry.

    ``objects`` are the words of all objects with their names written out plainly, ``streams`` all streams.

    Raises:
        InvalidError: it carries something else, or in a way that leaves open what it is.
    """
    if not any(_CARRIES.search(words) or _NEVER.search(words) for words in objects):
        return
    numbers = {number for words in objects for number in _named(words)}
    carried = [
        stream
        for stream in streams
        if b"/EmbeddedFile" in _own(stream.described) or numbers & set(_OBJECT.findall(stream.described))
    ]
    found = {number for stream in carried for number in _OBJECT.findall(stream.described)}
    if not 0 < len(carried) <= MAX_CARRIED or not numbers <= found:
        raise _refusal()
    for stream in carried:
        if not _is_data(_unpacked(stream)):
            raise _refusal()


def _named(words: bytes) -> set[bytes]:
    """The numbers of the streams that file specifications name.

    Raises:
        InvalidError: a file is named in another way, or object numbers stand where only some readers find them.
    """
    if _NEVER.search(words) or _COMMENTED.search(_HEADER.sub(b"", words)):
        raise _refusal()
    if len(_ANY_OBJECT.findall(words)) != len(_OBJECT.findall(words)):
        raise _refusal()
    numbers: set[bytes] = set()
    for found in _FILES.finditer(words):
        references = _REFERENCE.findall(found[1] or b"")
        if not references:
            raise _refusal()
        numbers.update(references)
    return numbers


def _own(described: bytes) -> bytes:
    """The words of a stream's own object: after the last object before it has ended."""
    return described.rpartition(b"endobj")[2]


def _unpacked(stream: Stream) -> bytes:
    filters = _FILTERS.findall(_own(stream.described))
    if not filters:
        return bytes(stream.stored[: MAX_XML + 1]).rstrip(b"\r\n")
    if len(filters) > 1 or b"".join(filters[0].split()) not in _PLAIN:
        raise _refusal()
    try:
        return zlib.decompressobj().decompress(stream.stored, MAX_XML + 1)
    except zlib.error:
        raise _refusal() from None


def _is_data(data: bytes) -> bool:
    """Whether this is XML that is data and nothing else: no DTD, no entities, no style sheet, nothing to be drawn."""
    if len(data) > MAX_XML:
        return False
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        return False
    around = (*root.itersiblings(preceding=True), *root.itersiblings())
    if root.getroottree().docinfo.internalDTD is not None or any(
        node.tag is etree.PI for node in (*around, *root.iter())
    ):
        return False
    spaces = {uri for node in root.iter(etree.Element) for uri in node.nsmap.values()}
    return not any(uri.startswith(_DRAWN) for uri in spaces)


def _refusal() -> InvalidError:
    return InvalidError("PDF文件夹带了其他文件，只有电子发票自带的XML数据可以保留，请打印为PDF后再上传。")
