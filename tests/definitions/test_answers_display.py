"""How answers are shown: labels, names, units, tables; what is masked."""

from __future__ import annotations

from tests.definitions.answers_form import NAMES, PDF, TODAY, Directory, label, seen, text_field
from workflow_app.definitions.answers import (
    FilesShown,
    TableShown,
    check_answers,
)
from workflow_app.definitions.schema import TaskForm


def test_display_shows_labels_names_units_and_tables() -> None:
    view = seen(may_see_personal=True)
    assert str(view["group_type"]) == "紧密型"
    assert str(view["goals"]) == "a、c"
    assert str(view["funds"]) == "120,000.50元"
    assert str(view["visit_at"]) == "2026年4月22日 09:00"
    assert str(view["lead_school"]) == "青禾县实验小学"
    assert str(view["experts"]) == "李敏、王岚"
    assert view["minutes"] == FilesShown((NAMES.files[PDF],))
    table = view["members"]
    assert isinstance(table, TableShown)
    assert [str(head) for head in table.head] == ["学校", "角色", "其他角色"]
    assert [[str(cell) for cell in row] for row in table.rows] == [
        ["柳溪镇中心小学", "成员", "—"],
        ["石桥村小学", "其他", "观察员"],
    ]
    assert view["evidence.consent.1"] == FilesShown((NAMES.files[PDF],))
    assert str(view["decision"]) == "同意"


def test_display_masks_personal_values() -> None:
    view = seen(may_see_personal=False)
    assert "李敏" not in str(view["experts"])
    assert str(view["lead_school"]) == "青禾县实验小学"


def test_labels_follow_the_language_of_the_page() -> None:
    form = TaskForm.model_validate(
        {
            "label": label("表"),
            "stage": "draft",
            "fields": [text_field("a", "名称") | {"label": {"zh": "名称", "en": "Name"}, "required": True}],
        }
    )
    (problem,) = check_answers(form, {}, Directory(), today=TODAY)
    english = {"请填写{label}": "Enter: {label}", "{zh}": "{en}"}
    assert problem.message.render(lambda msgid: english[msgid]) == "Enter: Name"
