"""Compiled forms: everything that answers hold survives the way to the page and back."""

from __future__ import annotations

from werkzeug.datastructures import MultiDict

from tests.web.forms.example import ANSWERS, FORM, STONE, WILLOW
from workflow_app.definitions.schema import TaskForm
from workflow_app.errors import Problem
from workflow_app.text import Text
from workflow_app.web.forms.build import MOST_ROWS, AnswersForm, RowsField, compile_form, compiled, sent_answers
from workflow_app.web.forms.fields import FilesField, MultipleChoiceField, ReferenceField

COMPILED = compile_form(FORM, "zh")


def as_sent(form: AnswersForm) -> MultiDict[str, str]:
    """What a browser would send of a page that shows this form."""
    sent: list[tuple[str, str]] = []
    for entry in form.every_field():
        if isinstance(entry, RowsField):
            sent.append((entry.name, str(len(entry.rows))))
        elif isinstance(entry, MultipleChoiceField | ReferenceField | FilesField):
            sent += [(entry.name, ""), *((entry.name, str(value)) for value in entry.chosen)]
        elif entry.kind != "figure":
            sent.append((entry.name, entry.shown))
    for kind, texts in form.remarks.items():
        sent += [(f"f-{kind}-{check.replace('.', '-')}", text) for check, text in texts.items()]
    return MultiDict(sent)


def test_answers_survive_the_round_trip() -> None:
    page = AnswersForm.fill(COMPILED, ANSWERS)
    assert page.answers == ANSWERS
    assert AnswersForm.fill(COMPILED, {}, as_sent(page)).answers == ANSWERS


def test_rows_are_counted_by_what_was_sent() -> None:
    sent = MultiDict([("f-members", "3"), ("f-members-0-school", "12"), ("f-members-2-school", "13")])
    answers = sent_answers("h" * 64, "apply", FORM, sent)
    assert answers["members"] == [{"school": WILLOW}, {}, {"school": STONE}]
    assert "members" not in sent_answers("h" * 64, "apply", FORM, MultiDict([("f-members", "0")]))


def test_an_absurd_number_of_rows_is_cut() -> None:
    answers = sent_answers("h" * 64, "apply", FORM, MultiDict([("f-members", "999999999")]))
    assert len(answers["members"]) == MOST_ROWS


def test_each_row_has_its_upload_place() -> None:
    form = AnswersForm.fill(COMPILED, ANSWERS)
    assert [(slot.line.key, slot.row, slot.field.path) for slot in form.slots] == [
        ("charter", None, "evidence.charter"),
        ("consent", 0, "evidence.consent.0"),
        ("consent", 1, "evidence.consent.1"),
    ]


def test_what_is_not_asked_is_marked_but_kept() -> None:
    form = AnswersForm.fill(COMPILED, {**ANSWERS, "group_type": "cooperative"})
    assert not form.at("powers").asked
    assert form.at("reason").asked
    assert form.answers["powers"] == ANSWERS["powers"]
    assert not form.at("members.0.distance").asked
    assert form.at("members.1.distance").asked


def test_problems_stand_beside_their_fields_and_in_the_summary() -> None:
    form = AnswersForm.fill(COMPILED, ANSWERS)
    paths = [
        "group_name",
        "members.1.distance",
        "members.1.unknown",
        "evidence.consent.1",
        "decision",
        "reasons.x.y",
        "",
    ]
    form.show_problems([Problem(path, Text("错在{path}", path=path or "全表")) for path in paths], str)
    assert [ident for ident, _ in form.summary] == [
        "f-group_name",
        "f-members-1-distance",
        "f-members",
        "f-evidence-consent-1",
        "f-decision",
        "f-reasons-x-y",
        "task-form",
    ]
    assert form.at("group_name").problems == ["错在group_name"]
    assert form.at("members.1.distance").problems == ["错在members.1.distance"]
    assert form.at("evidence.consent.1").problems == ["错在evidence.consent.1"]
    assert form.at("group_name").described_by == "f-group_name-help f-group_name-error"


def test_labels_follow_the_language() -> None:
    english = AnswersForm.fill(compile_form(FORM, "en"), {})
    assert english.at("group_name").label.text == "EN 集团名称"
    assert english.at("has_pledge").options[0] == ("yes", "Yes", "")


def test_a_version_is_compiled_once_for_each_element_and_language() -> None:
    first = compiled("c" * 64, "apply", "zh", FORM)
    assert compiled("c" * 64, "apply", "zh", FORM) is first
    assert compiled("c" * 64, "apply", "en", FORM) is not first
    assert compiled("d" * 64, "apply", "zh", FORM) is not first


def test_keys_that_a_form_object_also_has_do_no_harm() -> None:
    keys = ("data", "errors", "meta", "process", "validate", "answers", "fields")
    form = TaskForm.model_validate(
        {
            "label": {"zh": "表", "en": "Form"},
            "stage": "draft",
            "fields": [{"key": key, "type": "text", "label": {"zh": key, "en": key}} for key in keys],
        }
    )
    answers = {key: f"值{key}" for key in keys}
    page = AnswersForm.fill(compile_form(form, "zh"), answers)
    assert AnswersForm.fill(compile_form(form, "zh"), {}, as_sent(page)).answers == answers
