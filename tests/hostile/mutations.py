"""Random damage to a text file: bytes, lines and, where the file is a drawing, elements and attributes."""

# ruff: noqa: E501 - one idea stands on one line

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

from lxml import etree

_ATTRIBUTE = re.compile(rb'([A-Za-z:]+)="([^"]*)"')
_ENCODINGS = ("utf-16", "utf-16-le", "utf-32", "utf-7", "gb18030", "utf-8-sig")
_WORDS = (
    b"\0", b"\x1b[31m", b"&a;", b"<!--", b"]]>", b"<![CDATA[", b"!!python/name:os.system", b"*a", b"&a ", b"<<: ", b"{{", b"{%", b"}}", b": ",
    b"- ", b"\t", b"9" * 400, b"1e999", b".nan", b"__class__", b"true", b"[]", b"~", b"\xff", b"\xed\xa0\x80", b"\xe2\x80\xae", b"@", b"'", b'"',
)  # fmt: skip


def mutated(random: Random, content: bytes) -> bytes:
    """One file with one to four damages."""
    for _ in range(random.randrange(1, 5)):
        content = random.choice(_DAMAGES)(random, content) or b" "
    return content


def _flip(random: Random, content: bytes) -> bytes:
    at = random.randrange(len(content))
    return content[:at] + bytes([content[at] ^ (1 << random.randrange(8))]) + content[at + 1 :]


def _cut(random: Random, content: bytes) -> bytes:
    return content[: random.randrange(len(content))]


def _remove(random: Random, content: bytes) -> bytes:
    at = random.randrange(len(content))
    return content[:at] + content[at + random.randrange(200) :]


def _insert(random: Random, content: bytes) -> bytes:
    at = random.randrange(len(content))
    return content[:at] + random.choice(_WORDS) + content[at:]


def _repeat(random: Random, content: bytes) -> bytes:
    at = random.randrange(len(content))
    part = content[at : at + random.randrange(1, 400)]
    return content[:at] + part * random.randrange(2, 30) + content[at:]


def _lines(random: Random, content: bytes) -> bytes:
    lines = content.splitlines(keepends=True)
    one, other = random.randrange(len(lines)), random.randrange(len(lines))
    kind = random.randrange(4)
    if kind == 0:
        del lines[one]
    elif kind == 1:
        lines[one], lines[other] = lines[other], lines[one]
    elif kind == 2:
        lines.insert(other, lines[one])
    else:
        lines[one] = b"  " + lines[one]
    return b"".join(lines)


def _values(random: Random, content: bytes) -> bytes:
    """The value of one attribute or word given to another."""
    words = list(_ATTRIBUTE.finditer(content)) or list(re.finditer(rb"()([A-Za-z_]{3,})", content))
    if len(words) < 2:
        return content
    one, other = random.sample(words, 2)
    return content[: one.start(2)] + other[2] + content[one.end(2) :]


def _recode(random: Random, content: bytes) -> bytes:
    return content.decode("utf-8", "replace").encode(random.choice(_ENCODINGS))


def _elements(random: Random, content: bytes) -> bytes:
    """One element of a drawing removed, doubled, moved or renamed."""
    try:
        root = etree.fromstring(content)
    except (etree.XMLSyntaxError, ValueError):
        return content
    nodes = [node for node in root.iter(tag=etree.Element) if node is not root]
    if len(nodes) < 2:
        return content
    one, other = random.sample(nodes, 2)
    parent, kind = one.getparent(), random.randrange(4)
    if kind == 0 and parent is not None:
        parent.remove(one)
    elif kind == 1:
        other.append(etree.fromstring(etree.tostring(one)))
    elif kind == 2 and one not in other.iterancestors():
        other.append(one)
    else:
        one.tag = other.tag
    return etree.tostring(root)


_DAMAGES: tuple[Callable[[Random, bytes], bytes], ...] = (
    _flip, _flip, _cut, _remove, _insert, _insert, _repeat, _lines, _lines, _values, _values, _values, _recode, _elements, _elements, _elements,
)  # fmt: skip
