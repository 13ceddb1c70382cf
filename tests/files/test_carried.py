"""Electronic invoices carry their data as XML and pass; a PDF that carries anything else does not."""

from __future__ import annotations

import zlib
from io import BytesIO

import pytest
from pypdf import PdfWriter

from tests.files import samples
from workflow_app.errors import InvalidError
from workflow_app.files.carried import MAX_CARRIED, MAX_XML
from workflow_app.files.sniff import sniff

INVOICE = "<?xml version='1.0' encoding='utf-8'?><EInvoice><Header/><金额>113.00</金额></EInvoice>".encode()
XBRL = b'<xbrl xmlns="http://www.xbrl.org/2003/instance"><!-- einv --><context id="a"/></xbrl>'
REASON = "只有电子发票自带的XML数据可以保留"


def carrying(*contents: bytes, name: str = "invoice.xml") -> bytes:
    """A PDF as a library writes it, with these files attached."""
    writer = PdfWriter()
    writer.add_blank_page(200, 100)
    for number, content in enumerate(contents):
        writer.add_attachment(f"{number}{name}", content)
    written = BytesIO()
    writer.write(written)
    return written.getvalue()


def by_hand(specification: bytes, *streams: bytes) -> bytes:
    """A PDF of these words: a file specification, and objects with streams."""
    objects = b"".join((b"3 0 obj" + specification + b"endobj\n", *streams))
    return samples.PDF.replace(b"trailer", objects + b"trailer")


def stream(number: int, content: bytes, words: bytes = b"/Type/EmbeddedFile", *, head: bytes = b"") -> bytes:
    """An object with a stream."""
    start = head or b"%d 0 obj" % number
    return start + b"<<%s/Length %d>>stream\n%s\nendstream endobj\n" % (words, len(content), content)


PACKED = zlib.compress(INVOICE)
SPECIFICATION = b"<</Type/Filespec/F(a.xml)/EF<</F 5 0 R/UF 5 0 R>>>>"

LAWFUL = {
    "invoice": carrying(INVOICE),
    "xbrl": carrying(XBRL),
    "both": carrying(INVOICE, XBRL),
    "plain": by_hand(SPECIFICATION, stream(5, INVOICE)),
    "packed": by_hand(SPECIFICATION, stream(5, PACKED, b"/Type/EmbeddedFile/Filter/FlateDecode")),
    "packed, in a list": by_hand(SPECIFICATION, stream(5, PACKED, b"/Filter [ /FlateDecode ]")),
    "beside a page": by_hand(SPECIFICATION, stream(4, b"BT ET", b""), stream(5, INVOICE), stream(6, b"BT ET", b"")),
    "ofd": samples.zipped(
        {
            "OFD.xml": b'<ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016"/>',
            "Doc_0/Document.xml": b"<d/>",
            "Doc_0/Attachs/original_invoice.xml": INVOICE,
        }
    ),
}

EVIL = b"<script>alert(1)</script>"
UNLAWFUL = {
    "program": carrying(samples.PROGRAM),
    "text": carrying(b"a,b"),
    "office": carrying(samples.docx()),
    "one of two": carrying(INVOICE, samples.PROGRAM),
    "too many": carrying(*[INVOICE] * (MAX_CARRIED + 1)),
    "too large": carrying(b"<a>" + b" " * MAX_XML + b"</a>"),
    "cut": carrying(INVOICE[:-4]),
    "dtd": carrying(b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
    "remote dtd": carrying(b'<!DOCTYPE a SYSTEM "http://example.org/a.dtd"><a/>'),
    "style sheet": carrying(b'<?xml-stylesheet href="a.xsl"?><a/>'),
    "instruction within": carrying(b"<a><?php x ?></a>"),
    "instruction behind": carrying(b"<a/><?x y?>"),
    "web page": carrying(b'<html xmlns="http://www.w3.org/1999/xhtml">' + EVIL + b"</html>"),
    "web page within": carrying(b'<a><b xmlns="http://www.w3.org/1999/xhtml">' + EVIL + b"</b></a>"),
    "drawing": carrying(b'<svg xmlns="http://www.w3.org/2000/svg"/>'),
    "without a type": by_hand(SPECIFICATION, stream(5, samples.PROGRAM, b"")),
    "by another packing": by_hand(SPECIFICATION, stream(5, INVOICE.hex().encode(), b"/Filter/ASCIIHexDecode")),
    "packed twice": by_hand(SPECIFICATION, stream(5, PACKED, b"/Filter[/FlateDecode/FlateDecode]")),
    "with parameters": by_hand(SPECIFICATION, stream(5, PACKED, b"/Filter/FlateDecode/DecodeParms<</Predictor 2>>")),
    "not there": by_hand(SPECIFICATION, stream(6, INVOICE)),
    "named elsewhere": by_hand(b"<</EF 9 0 R>>", stream(5, INVOICE)),
    "a second one of the same number": by_hand(SPECIFICATION, stream(5, INVOICE), stream(5, samples.PROGRAM, b"")),
    "escaped": by_hand(b"<</E#46<</#46 5 0 R>>>>", stream(5, samples.PROGRAM, b"")),
    "behind a false number": by_hand(
        SPECIFICATION, stream(5, samples.PROGRAM, b"/X(6 0 obj)"), stream(6, INVOICE, b"/X(5 0 obj)")
    ),
    "number hidden by a comment": by_hand(
        SPECIFICATION, stream(5, samples.PROGRAM, b"", head=b"5 0 %c\nobj"), stream(6, INVOICE, b"/X(5 0 obj)")
    ),
    "number changed by a comment": by_hand(
        SPECIFICATION, stream(5, samples.PROGRAM, b"", head=b"5 %7\n0 obj"), stream(6, INVOICE, b"/X(5 0 obj)")
    ),
    "as an annotation": by_hand(b"<</Subtype/FileAttachment>>", stream(5, INVOICE)),
    "leading into it": by_hand(b"<</S/GoToE>>", stream(5, INVOICE)),
}


@pytest.mark.parametrize("name", LAWFUL)
def test_an_invoice_keeps_its_data(name: str) -> None:
    assert sniff(BytesIO(LAWFUL[name])).code == ("ofd" if name == "ofd" else "pdf")


@pytest.mark.parametrize("name", UNLAWFUL)
def test_whatever_else_a_pdf_carries_is_refused(name: str) -> None:
    with pytest.raises(InvalidError, match=REASON):
        sniff(BytesIO(UNLAWFUL[name]))


@pytest.mark.parametrize("words", [b"/JavaScript", b"/Launch", b"/SubmitForm", b"/ImportData"])
def test_an_invoice_that_acts_is_refused_all_the_same(words: bytes) -> None:
    acting = by_hand(SPECIFICATION[:-2] + b"/A<</S" + words + b">>>>", stream(5, INVOICE))
    with pytest.raises(InvalidError, match="脚本或自动执行"):
        sniff(BytesIO(acting))
