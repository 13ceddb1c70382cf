"""Two languages: nothing of one stands on a page of the other."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from babel.dates import format_date, format_datetime, get_day_names
from flask import Flask

from tests.web.conftest import Browser
from tools.extract_texts import english, texts
from workflow_app.clock import COUNTY_ZONE
from workflow_app.languages import translator
from workflow_app.text import Text
from workflow_app.web import dates, i18n

PLACES = re.compile(r"\{(\w+)[^}]*\}")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
NAMES = ("李敏", "基础教育科", "青禾县教育体育局", "敏", "青", "中文", "周正", "办公室", "正")


def _words(html: str) -> str:
    """The text of a page as a person reads it, names of people and organisations left out."""
    body = re.sub(r"<script.*?</script>", "", html, flags=re.S)
    words = re.sub(r"<[^>]+>", " ", body)
    for name in NAMES:
        words = words.replace(name, "")
    return words


@pytest.fixture
def english_officer(officer: Browser) -> Browser:
    """李敏, who reads English."""
    officer.client.set_cookie("language", "en")
    return officer


@pytest.mark.parametrize("path", ["/inbox", "/done", "/notices", "/registers/groups", "/password", "/v", "/v/XX", "/x"])
def test_an_english_page_has_no_chinese(english_officer: Browser, path: str) -> None:
    page = english_officer.get(path).text
    assert 'lang="en"' in page
    assert not CHINESE.findall(_words(page))


@pytest.mark.parametrize("path", ["/inbox", "/done", "/notices", "/registers/groups", "/password", "/v", "/v/XX", "/x"])
def test_a_chinese_page_has_no_english(officer: Browser, path: str) -> None:
    words = re.sub("English|SHA-256|Excel|XX", "", _words(officer.get(path).text))
    assert re.findall(r"[A-Za-z]{2,}", words) == []


def test_the_switch_keeps_the_page_and_is_remembered(officer: Browser) -> None:
    answer = officer.post("/language", page="/done", language="en", next="/inbox?tab=late")
    assert answer.location == "/inbox?tab=late"
    assert "My tasks" in officer.get("/inbox").text
    back = officer.post("/language", page="/done", language="zh", next="//evil.example")
    assert back.location == "/"
    assert "待办任务" in officer.get("/inbox").text


def test_an_unknown_language_changes_nothing(officer: Browser) -> None:
    officer.post("/language", page="/done", language="fr", next="/done")
    assert 'lang="zh-CN"' in officer.get("/done").text
    officer.client.set_cookie("language", "xx")
    assert 'lang="zh-CN"' in officer.get("/done").text


def test_values_in_a_template_text_are_escaped(app: Flask) -> None:
    with app.test_request_context():
        template = app.jinja_env.from_string('{{ _("{name}已认领", name=who) }}')
        assert template.render(who="<b>") == "&lt;b&gt;已认领"


def test_dates_and_sizes(app: Flask) -> None:
    moment = datetime(2026, 4, 8, 1, 5, tzinfo=UTC)
    with app.test_request_context():
        assert i18n.date_text(date(2026, 4, 8)) == "2026年4月8日"
        assert i18n.date_text(date(2026, 4, 8), "day") == "2026年4月8日 星期三"
        assert i18n.datetime_text(moment, "short") == "4月8日 09:05"
        assert i18n.datetime_text(moment, "time") == "09:05"
        assert i18n.weekday_names() == ["一", "二", "三", "四", "五", "六", "日"]
    with app.test_request_context(headers={"Cookie": "language=en"}):
        assert i18n.date_text(date(2026, 4, 8)) == "8 Apr 2026"
        assert i18n.datetime_text(moment) == "8 Apr 2026 09:05"
        assert i18n.label({"zh": "初审", "en": "First review"}) == "First review"
        assert i18n.text(Text("今日到期").to_json()) == "Due today"
    assert [i18n.file_size(n) for n in (812, 49_152, 1_258_291)] == ["812 B", "48 KB", "1.2 MB"]


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("zh", {"long": "y年M月d日", "short": "M月d日", "day": "y年M月d日 EEEE"}),
        ("en", {"long": "d MMM y", "short": "d MMM", "day": "EEEE, d MMMM y"}),
    ],
    ids=["zh", "en"],
)
def test_dates_are_written_as_the_unicode_tables_have_them(language: str, forms: dict[str, str]) -> None:
    """Babel knows these tables; the program itself does without it, for the memory that it takes."""
    moment = datetime(2026, 1, 1, 15, 59, tzinfo=UTC)
    for form, pattern in forms.items():
        for day in (moment + timedelta(days=n, minutes=n) for n in range(0, 365, 3)):
            assert dates.date_in(language, day.date(), form) == format_date(day.date(), pattern, locale=language)
            expected = format_datetime(day, f"{pattern} HH:mm", tzinfo=COUNTY_ZONE, locale=language)
            assert dates.moment_in(language, day, form) == expected
    names = get_day_names("narrow", locale=language)
    assert dates.weekday_letters(language) == [names[n] for n in range(7)]


def test_the_catalogue_reads_what_the_tool_has_written() -> None:
    known = english()
    assert {msgid: translator("en")(msgid) for msgid in known} == known


def test_translations_keep_their_places() -> None:
    wrong = {z: e for z, e in english().items() if set(PLACES.findall(z)) != set(PLACES.findall(e))}
    assert wrong == {}


def test_translations_are_english() -> None:
    assert {z: e for z, e in english().items() if CHINESE.search(e)} == {}


def test_every_text_has_an_english_translation() -> None:
    missing = sorted(set(texts()) - set(english()))
    assert missing == [], f"{len(missing)} texts without English; run python -m tools.extract_texts and translate them"
