"""The two languages: what a message id, which is the Chinese text itself, is in each of them.

``translations/en.po`` holds the English. Pages choose the language by account and browser (``web.i18n``), commands by
option and environment (``terminal``).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

LOCALES: Mapping[str, str] = {"zh": "中文", "en": "English"}
"""The languages, each by its own name."""

LABEL, LABEL_IN_ENGLISH = "{zh}", "{en}"
"""A label of the content within a message carries both languages as values (:func:`~workflow_app.text.bilingual`)."""

TRANSLATIONS = Path(__file__).resolve().parent / "translations"

Translate = Callable[[str], str]
"""What turns message ids into a language."""

_MESSAGE = re.compile(r'^msgid ((?:".*"\n)+)msgstr ((?:".*"(?:\n|\Z))+)', re.MULTILINE)


@cache
def _catalogue(locale: str) -> Mapping[str, str]:
    """What each message id is in a language; Chinese has no file, because the message ids are Chinese.

    The file is as ``tools.extract_texts`` writes it: a message is a run of quoted lines, and has one translation or
    none. What is quoted is quoted as in JSON.
    """
    path = TRANSLATIONS / f"{locale}.po"
    if not path.exists():
        return {}
    messages = _MESSAGE.findall(path.read_text(encoding="utf-8"))
    found = {_unquoted(msgid): _unquoted(translated) for msgid, translated in messages}
    return {msgid: translated for msgid, translated in found.items() if msgid and translated}


def _unquoted(lines: str) -> str:
    return "".join(map(json.loads, lines.rstrip("\n").split("\n")))


@cache
def translator(locale: str) -> Translate:
    """What turns message ids into this language."""
    catalogue = _catalogue(locale)
    if locale == "zh":
        return lambda msgid: msgid
    return lambda msgid: LABEL_IN_ENGLISH if msgid == LABEL else catalogue.get(msgid, msgid)
