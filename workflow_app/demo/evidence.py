"""Sample evidence: small PDF files that name what they stand for, and drawn pictures that stand for photographs."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageDraw

_WALLS = ("#f2ead8", "#e4eef2", "#eef2e0", "#f3e6e2")
_BOARDS = ("#2f5d4a", "#35566e", "#4a5236", "#5b4636")
_DESKS, _PEOPLE = "#b98d5b", ("#c0563f", "#3f74b0", "#d09a32", "#5d8a4c", "#8a5a94")


def sample_pdf(title: str) -> bytes:
    """A one-page PDF whose title says what it is a sample of; the page itself is blank but for a frame."""
    name = f"{title}（样例）".encode("utf-16-be")
    page = b"0.6 w 57 57 481 728 re S 57 740 m 538 740 l S"
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(page), page),
        b"<< /Title <feff%s> >>" % name.hex().encode(),
    )
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R /Info 5 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def sample_photo(number: int) -> bytes:
    """A drawn classroom as a JPEG; another number gives other colours and another number of people."""
    picture = Image.new("RGB", (480, 320), _WALLS[number % len(_WALLS)])
    draw = ImageDraw.Draw(picture)
    draw.rectangle((90, 30, 390, 140), fill=_BOARDS[number // 2 % len(_BOARDS)], outline="#8a6d4b", width=6)
    draw.line((120, 70, 240 + 12 * (number % 9), 70), fill="#e8efe9", width=5)
    draw.line((120, 95, 330 - 14 * (number % 7), 95), fill="#e8efe9", width=5)
    draw.rectangle((0, 210, 480, 320), fill="#d8c7a8")
    for seat in range(6 + number % 3):
        x, y = 30 + seat % 4 * 115, 205 + seat // 4 * 60
        draw.ellipse((x + 22, y - 34, x + 50, y - 6), fill="#5a4636")
        draw.rectangle((x + 14, y - 8, x + 58, y + 26), fill=_PEOPLE[(seat + number) % len(_PEOPLE)])
        draw.rectangle((x, y + 18, x + 76, y + 34), fill=_DESKS)
    out = BytesIO()
    picture.save(out, "JPEG", quality=70)
    return out.getvalue()
