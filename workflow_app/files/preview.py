"""Small previews of pictures, made anew from their pixels: what a camera wrote beside them (place, time, device) stays
behind.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO

from workflow_app.errors import NotFoundError

if TYPE_CHECKING:
    from PIL import Image

LONGEST_SIDE = 480
"""Pixels of a preview: sharp at half that size on a telephone's screen."""
MOST_PIXELS = 30_000_000
"""Larger pictures are downloaded only: to unpack one costs more memory than a page is worth."""
MEDIA_TYPE = "image/jpeg"
_QUALITY = 78
_FORMATS = ("JPEG", "PNG")


def make_preview(handle: BinaryIO) -> bytes:
    """A picture as a small JPEG, turned as it was taken, without any of its metadata.

    Raises:
        NotFoundError: the content cannot be shown as a picture, or is too large to be unpacked.
    """
    from PIL import Image  # 3 MB that a process needs only once somebody looks at pictures

    try:
        with Image.open(handle, formats=_FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise NotFoundError
            return _reduced(picture)
    except NotFoundError:
        raise
    except Exception as error:
        # A decoder fails in many ways over what was made to harm it; none of them is the reader's concern.
        raise NotFoundError from error


def _reduced(picture: Image.Image) -> bytes:
    from PIL import Image, ImageOps  # as above

    # A JPEG is decoded at a fraction of its size, a bitmap of any other kind as it is.
    picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    upright = ImageOps.exif_transpose(picture).convert("RGBA")
    paper = Image.new("RGB", upright.size, "white")
    paper.paste(upright, mask=upright.getchannel("A"))
    out = BytesIO()
    paper.save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()
