"""Names of uploaded files: kept readable, made harmless."""

from __future__ import annotations

import re
import unicodedata

from workflow_app.errors import InvalidError

MAX_CHARACTERS, MAX_BYTES = 200, 255

_RESERVED = re.compile(r'[<>:"|?*]')
_DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)", re.IGNORECASE)
"""Names that Windows keeps for devices, whatever their extension."""
_BLANKS = re.compile(r"\s+")


def clean_name(name: str) -> str:
    """The name without folders, without invisible or direction-changing characters, at most 200 characters, 255 bytes,
    and none that a system keeps for itself.

    Raises:
        InvalidError: nothing is left of the name.
    """
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    visible = "".join(c for c in last if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
    tidy = _BLANKS.sub(" ", _RESERVED.sub("_", visible)).strip(" .")
    if not tidy:
        raise InvalidError("文件名无效，请改名后再上传。")
    return _shortened(f"_{tidy}" if _DEVICE.match(tidy) else tidy)


def extension(name: str) -> str:
    """The extension in lower case without its dot; empty if there is none."""
    stem, dot, last = name.rpartition(".")
    return last.lower() if dot and stem else ""


def _shortened(name: str) -> str:
    """Cut the stem, never the extension, and never within a character."""
    ending = f".{extension(name)}" if 0 < len(extension(name)) <= 10 else ""
    stem = name[: len(name) - len(ending)] if ending else name
    ending = name[len(stem) :]
    stem = stem[: MAX_CHARACTERS - len(ending)]
    room = MAX_BYTES - len(ending.encode())
    return stem.encode()[:room].decode(errors="ignore").rstrip(" .") + ending
