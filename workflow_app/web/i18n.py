"""Two languages. A message id is the Chinese text itself; ``translations/en.po`` holds the English beside it.

Places in a message are written ``{name}``, in templates (``_("共{count}条", count=3)``) as in services
(:class:`~workflow_app.text.Text`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from flask import Flask, g, request
from markupsafe import Markup, escape

from workflow_app.definitions.schema_fields import Label
from workflow_app.languages import LOCALES, translator
from workflow_app.text import Text
from workflow_app.web.dates import date_in, moment_in, weekday_letters
from workflow_app.web.request import signed_in

COOKIE = "language"
HTML_LANGUAGES = {"zh": "zh-CN", "en": "en"}
CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
LATIN_WORD = re.compile(r"[A-Za-z]{2,}")


def chosen_locale() -> str | None:
    """The language that was chosen on this browser, if one was."""
    chosen = request.cookies.get(COOKIE)
    return chosen if chosen in LOCALES else None


def current_locale() -> str:
    """``zh`` or ``en``: what was chosen on this browser, else the account's language, else Chinese."""
    locale: str | None = g.get("locale")  # asked for some four hundred times on a page
    if locale is None:
        user = signed_in()
        locale = g.locale = chosen_locale() or (user.language if user and user.language in LOCALES else "zh")
    return locale


def translate(msgid: str) -> str:
    """A message id in the language of this request."""
    return translator(current_locale())(msgid)


def gettext(msgid: str, /, **args: Any) -> str:
    """A message with its places filled, as plain text."""
    return translate(msgid).format(**args) if args else translate(msgid)


def _template_gettext(msgid: str, /, **args: Any) -> str:
    # Values are escaped by Markup.format, so that a message may carry a ready link and a value never carries one.
    return escape(translate(msgid)).format(**args) if args else translate(msgid)


def label(value: Label | Mapping[str, str] | str | None) -> str:
    """A bilingual label of the content in the language of this request."""
    if value is None:
        return ""
    if isinstance(value, str):
        return translate(value)
    both = value if isinstance(value, Mapping) else {"zh": value.zh, "en": value.en}
    return both.get(current_locale()) or both["zh"]


def text(value: Text | Mapping[str, Any] | str | None) -> str:
    """A message of a service, fresh or as stored, in the language of this request."""
    if value is None:
        return ""
    if isinstance(value, str):
        return translate(value)
    return (Text.from_json(value) if isinstance(value, Mapping) else value).render(translate)


def data(value: object) -> str:
    """What a person typed or what a thing is called, marked where it is in another language than the page.

    A screen reader then says it in its own language, and a test can tell it from a text that nobody has translated.
    Whatever stands in ``bdi`` was typed or named by somebody; everything else is the product's own words.
    """
    shown, locale = "" if value is None else str(value), current_locale()
    if locale == "en" and CHINESE.search(shown):
        return Markup('<bdi lang="zh-CN">{}</bdi>').format(shown)
    if locale == "zh" and LATIN_WORD.search(shown):
        return Markup("<bdi>{}</bdi>").format(shown)
    return escape(shown)


def data_language(value: object) -> str:
    """The same for an element that can hold no other, such as an option: an attribute of its own."""
    if current_locale() == "en" and CHINESE.search(str(value)):
        return Markup(' lang="zh-CN"')
    return Markup(' translate="no"') if LATIN_WORD.search(str(value)) else Markup()


def marked_text(value: Text | Mapping[str, Any] | str | None) -> str:
    """:func:`text` as a template shows it, with the values in it marked as data."""
    if value is None:
        return ""
    if isinstance(value, str):
        # A stored name of a figure is a text that the catalogue knows, or a name.
        return escape(translate(value)) if translate(value) != value else data(value)
    stored = Text.from_json(value) if isinstance(value, Mapping) else value
    return stored.render(lambda msgid: escape(translate(msgid)), data)


def date_text(value: date | None, form: str = "long") -> str:
    """A date in the language of this request, in a form of :func:`~workflow_app.web.dates.date_in`."""
    return "" if value is None else date_in(current_locale(), value, form)


def datetime_text(value: datetime | None, form: str = "long") -> str:
    """An instant in the county's time, with the date in the given form; ``time`` leaves the date out."""
    return "" if value is None else moment_in(current_locale(), value, form)


def weekday_names() -> list[str]:
    """The days of the week in their shortest form, Monday first."""
    return weekday_letters(current_locale())


def file_size(size: int) -> str:
    """A number of bytes as a person reads it: 812 B, 48 KB, 1.2 MB."""
    if size < 1024:
        return f"{size} B"
    if size < 1024**2:
        return f"{size / 1024:.0f} KB"
    return f"{size / 1024**2:.1f} MB"


def install(app: Flask) -> None:
    """Give the templates their language."""
    env = app.jinja_env
    env.add_extension("jinja2.ext.i18n")
    env.globals.update(_=_template_gettext, gettext=_template_gettext, locales=LOCALES)
    env.filters.update(label=label, text=marked_text, data=data, data_language=data_language)
    env.filters.update(date=date_text, datetime=datetime_text, file_size=file_size)
    app.context_processor(lambda: {"locale": current_locale(), "html_language": HTML_LANGUAGES[current_locale()]})
