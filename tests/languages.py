"""What a page says, told apart by language: the product's own words, and the data that people typed or named.

Data is what stands in ``bdi`` or in an element that names its own language; everything else must be in the language of
the page. And what is marked as data must be data: otherwise a forgotten translation could hide behind the mark.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

from lxml import etree, html
from sqlalchemy import select

from workflow_app.audit.models import AuditEvent
from workflow_app.cases.models import Case, Submission
from workflow_app.demo.county import demo_accounts
from workflow_app.demo.player import Player
from workflow_app.directory.models import Account, Bureau, Organisation, Person
from workflow_app.files.models import StoredFile
from workflow_app.policy.models import PolicyParameter
from workflow_app.records.models import IssuedRecord
from workflow_app.records.series import series_of
from workflow_app.registers.models import MembershipEntry

Page: TypeAlias = html.HtmlElement

CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]+")
LATIN = re.compile(r"[A-Za-z]{2,}")
CLAUSE = re.compile(r"\d{3}·[A-Z]\d[^\s，；]*|《?[\u4e00-\u9fff]+(?:法|条例|办法|规定)》?\d*条?|通行做法")
"""A rule is cited as the law names it."""

WRITTEN_IN_LATIN = re.compile(
    r"SHA-256|(?<![0-9A-Za-z])[0-9a-f]{8,64}(?![0-9A-Za-z])|X{5}(?:-X{5})*|P1-\d{4}-\d{4}"
    r"|English|\b(?:PDF|Excel|OFD|DOCX|XLSX|JPG|PNG|BPMN)\b|(?<=[\d ])(?:KB|MB)"
)
"""What stands in Latin letters on a Chinese page too: the other language's name, kinds of files, numbers of cases."""

SAID_BY = ("aria-label", "title", "placeholder", "alt", "label", "data-search", "data-filter", "data-label")
"""Attributes that are read out or shown."""

SILENT = {"title", "script", "style", "code", "textarea", "template"}
"""Elements that hold codes, or what somebody is typing; and the title, which is looked at by itself."""


def read(page: str) -> Page:
    """A page to be looked at."""
    return html.document_fromstring(page)


def foreign_words(page: Page, language: str, known: list[str]) -> list[str]:
    """The product's words on a page that are in the other language; the title of a page can only hold plain text."""
    title = page.findtext(".//title") or ""
    found = []
    for words in (_without(title, known), *said(page, language)):
        if language == "en":
            found += CHINESE.findall(words)
        else:
            found += LATIN.findall(WRITTEN_IN_LATIN.sub(" ", words))
    return sorted(set(found))


def said(page: Page, language: str) -> Iterator[str]:
    """What the product says on a page, without data: texts and the attributes that are read out."""
    for element in page.iter(etree.Element):
        if _is_apart(element, language):
            continue
        if element.text:
            yield element.text
        for name, value in element.attrib.items():
            if name in SAID_BY or name.startswith("data-text-"):
                yield str(value)
        yield from (child.tail for child in element if child.tail)


def marked(page: Page) -> set[str]:
    """What is marked as data on a page."""
    found = page.xpath("//bdi | //*[@lang='zh-CN' and not(self::html)] | //*[@translate]")
    return {" ".join(element.text_content().split()) for element in found} - {""}


def _is_apart(element: Any, language: str) -> bool:
    """Whether an element, or what it stands in, is data, a code, or in a language that it names itself."""
    for one in (element, *element.iterancestors()):
        if one.tag in SILENT or one.tag == "bdi" or one.get("translate") == "no":
            return True
        named = one.get("lang")
        if named and one.tag != "html" and named.partition("-")[0] != language:
            return True
    return False


def not_data(words: Iterable[str], known: list[str]) -> list[str]:
    """Of what is marked as data, that which nobody has typed or named."""
    return sorted(one for one in words if re.search(r"[\u4e00-\u9fff]{2,}", CLAUSE.sub("", _without(one, known))))


def _without(words: str, known: list[str]) -> str:
    for value in known:
        if value in words:
            words = words.replace(value, "")
    return words


def data_of(player: Player) -> list[str]:
    """Everything that people wrote or named in a county, the longest first."""
    columns = (
        *(Bureau.name, Organisation.name, Organisation.short_name, Organisation.code, Person.name, Account.username),
        *(Case.title, IssuedRecord.title, IssuedRecord.number_text, StoredFile.name, MembershipEntry.reason),
        *(PolicyParameter.clause, PolicyParameter.title, PolicyParameter.value, AuditEvent.actor_name),
    )
    with player.database.reading() as session:
        found = {str(value) for column in columns for value in session.scalars(select(column))}
        for bureau_id in session.scalars(select(Bureau.id)):
            found |= {series.word for series in series_of(session, bureau_id, player.now.year)}
        bodies = session.scalars(select(AuditEvent.body).where(AuditEvent.kind != "clock_stopped"))
        for value in (
            *session.scalars(select(Submission.answers)),
            *session.scalars(select(Submission.findings)),
            *bodies,
        ):
            found |= set(_reasons_and_texts(value))
    found |= {account.username for account in demo_accounts()}
    return sorted((" ".join(value.split()) for value in found if value), key=len, reverse=True)


def _reasons_and_texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _reasons_and_texts(item)
    elif isinstance(value, dict) and "check" in value and "level" in value:
        # Of a finding only what somebody typed: its words and figures are the product's.
        yield from (value.get("reason") or "", (value.get("override") or {}).get("reason", ""))
    elif isinstance(value, dict):
        for item in value.values():
            yield from _reasons_and_texts(item)
