"""Hostile drawings, form files and record templates: one idea each, made from the shipped process.

Each fixture says which file it spoils and how, and what the refusal must name: the element and a word of the reason.
"""

# ruff: noqa: E501 - one idea stands on one line

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

DRAWING, FORM = "bpmn/group-formation.bpmn", "forms/group-formation.yaml"
SHARED, SHARED_FORM = "bpmn/shared/supplement.bpmn", "forms/shared/supplement.yaml"
RECORD = "templates/records/group-formation/approval.yaml"
END = '<bpmn:endEvent id="founded"'


@dataclass(frozen=True)
class Hostile:
    """One idea: the file, its new content made of the old one, and what the refusal says."""

    file: str
    spoil: Callable[[bytes], bytes]
    element: str
    words: str
    told: str = ""  # the file that the refusal names, where it is another one


def _into(file: str, old: str, new: str, element: str, words: str) -> Hostile:
    """A text of the file replaced by another."""

    def spoil(content: bytes) -> bytes:
        assert old.encode() in content, old
        return content.replace(old.encode(), new.encode(), 1)

    return Hostile(file, spoil, element, words)


def _whole(file: str, content: str | bytes, words: str, element: str = "") -> Hostile:
    """Another content altogether."""
    data = content.encode() if isinstance(content, str) else content
    return Hostile(file, lambda _: data, element, words)


def _doctype(declaration: str, use: str = "") -> Hostile:
    """A drawing with a document type."""
    text = f'<?xml version="1.0"?><!DOCTYPE x [{declaration}]><bpmn:definitions xmlns:bpmn="{_BPMN}">{use}</bpmn:definitions>'
    return _whole(DRAWING, text, "DOCTYPE")


def _encoded(encoding: str, words: str) -> Hostile:
    """The drawing in another encoding."""
    return Hostile(DRAWING, lambda content: content.decode().encode(encoding), "", words)


def _drawn(parts: str, element: str, words: str) -> Hostile:
    """Further parts drawn before the end event."""
    return _into(DRAWING, END, parts + END, element, words)


def _field(settings: str, words: str) -> Hostile:
    """A further field of the application, with these settings."""
    return _into(
        FORM,
        "      - {key: group_name,",
        f"      - {{key: odd, label: {{zh: 甲, en: A}}, {settings}}}\n      - {{key: group_name,",
        "apply",
        words,
    )


def _lines(text: str, element: str, words: str) -> Hostile:
    """A paragraph of the approval replaced by this one."""
    return _into(RECORD, "  - paragraph: 此复。", f"  - paragraph: {text!r}", element, words)


_BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
_LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
_CALL = '<bpmn:callActivity id="c{n}" calledElement="{called}"/>'
_TASK = '<bpmn:userTask id="t{n}"/>'
_NESTED = '<bpmn:subProcess id="s{n}">'

DRAWINGS: Mapping[str, Hostile] = {
    "entity_file": _doctype('<!ENTITY a SYSTEM "file:///etc/passwd">', "&a;"),
    "entity_http": _doctype('<!ENTITY a SYSTEM "http://127.0.0.1:9/x">', "&a;"),
    "entity_parameter": _doctype('<!ENTITY % a SYSTEM "http://127.0.0.1:9/x"> %a;'),
    "billion_laughs": _doctype(f'<!ENTITY l0 "ha">{_LAUGHS}', "&l11;"),
    "quadratic_blowup": _doctype(f'<!ENTITY a "{"x" * 50_000}">', "&a;" * 20_000),
    "doctype_alone": _into(DRAWING, "<bpmn:definitions", "<!DOCTYPE bpmn>\n<bpmn:definitions", "", "DOCTYPE"),
    "utf_16": _encoded("utf-16", "UTF-8"),
    "utf_16_without_mark": _encoded("utf-16-le", "UTF-8"),
    "utf_32": _encoded("utf-32", "UTF-8"),
    "ebcdic": Hostile(DRAWING, lambda content: content.decode().encode("cp037", "replace"), "", "UTF-8"),
    "gb_18030": _encoded("gb18030", "UTF-8"),
    "picture": _whole(DRAWING, b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, "UTF-8"),
    "empty": _whole(DRAWING, b"", "XML"),
    "nul": Hostile(DRAWING, lambda content: content.replace(b"name=", b"\0name=", 1), "", "XML"),
    "half": Hostile(DRAWING, lambda content: content[: len(content) // 2], "", "XML"),
    "twice": Hostile(DRAWING, lambda content: content * 2, "", "XML"),
    "too_large": Hostile(DRAWING, lambda content: content + b"\n" * 2_000_000, "", "2000000"),
    "other_root": _whole(DRAWING, '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "BPMN"),
    "two_processes": _into(DRAWING, "</bpmn:definitions>", '<bpmn:process id="p"/></bpmn:definitions>', "", "一个流程"),
    "deep": _whole(DRAWING, f'<bpmn:definitions xmlns:bpmn="{_BPMN}">' + "<bpmn:a>" * 10_000, "XML"),
    "deep_sub_processes": _drawn("".join(_NESTED.format(n=n) for n in range(200)) + "</bpmn:subProcess>" * 200, "", "子流程"),
    "many_nodes": _drawn("".join(_TASK.format(n=n) for n in range(40_000)), "", "最多"),
    "many_calls": _drawn("".join(_CALL.format(n=n, called="supplement") for n in range(20_000)), "", "最多"),
    "many_called": _drawn("".join(_CALL.format(n=n, called=f"shared_{n}") for n in range(20_000)), "", "最多"),
    "many_flows": _drawn("".join(f'<bpmn:sequenceFlow id="x{n}" sourceRef="start" targetRef="t{n}"/>' for n in range(20_000)), "", "最多"),
    "many_explanations": _drawn("<bpmn:documentation>x</bpmn:documentation>" * 40_000, "", "最多"),
    "many_lanes": _into(DRAWING, "<bpmn:laneSet ", "".join(f'<bpmn:laneSet id="l{n}"/>' for n in range(40_000)) + "<bpmn:laneSet ", "", "最多"),
    "called_by_itself": Hostile(DRAWING, lambda c: c.replace(b'"countersign"', b'"group_formation"', 1), "", "缺少文件", "bpmn/shared/group_formation.bpmn"),
    "shared_calls_itself": Hostile(SHARED, lambda c: c.replace(b"<bpmn:userTask ", b'<bpmn:callActivity calledElement="supplement" ', 1).replace(b"</bpmn:userTask>", b"</bpmn:callActivity>", 1), "supply", "又调用"),
    "script_task": _drawn('<bpmn:scriptTask id="x1" scriptFormat="python"><bpmn:script>import os</bpmn:script></bpmn:scriptTask>', "x1", "脚本"),
    "decision_table_task": _drawn('<bpmn:businessRuleTask id="x1" name="评分"/>', "x1", "DMN"),
    "extension": _drawn('<bpmn:serviceTask id="x1"><bpmn:extensionElements><x:properties xmlns:x="http://camunda.org/schema/1.0/bpmn"/></bpmn:extensionElements></bpmn:serviceTask>', "x1", "扩展"),
    "library_extension": _drawn('<bpmn:userTask id="x1" xmlns:spiff="http://spiffworkflow.org/bpmn/schema/1.0/core" spiff:preScript="import os"/>', "x1", "不得含属性"),
    "timer_expression": _drawn('<bpmn:intermediateCatchEvent id="x1"><bpmn:timerEventDefinition><bpmn:timeDuration>__import__("os")</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>', "x1", "时间"),
    "conditional_event": _drawn('<bpmn:intermediateCatchEvent id="x1"><bpmn:conditionalEventDefinition/></bpmn:intermediateCatchEvent>', "x1", "事件"),
    "web_page": _drawn('<h:script xmlns:h="http://www.w3.org/1999/xhtml">alert(1)</h:script>', "", "script"),
    "inclusion": _drawn('<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>', "", "include"),
    "condition_calls": _into(DRAWING, "committee['decision'] == 'approve'", "__import__('os').system('true')", "is_approved__approval", "只能用"),
    "condition_lookalike": _into(DRAWING, "committee['decision'] == 'approve'", "ｃommittee['decision'] == 'approve'", "is_approved__approval", "只能用"),
    "condition_endless": _into(DRAWING, "committee['decision'] == 'approve'", "9**9**9 == 1 " + "or 1 " * 300_000, "is_approved__approval", "只能用"),
    "condition_grows_in_a_copy": Hostile(SHARED, lambda c: re.sub(rb"(<bpmn:conditionExpression[^>]*>)[^<]*", rb"\1" + b" or ".join([b"supply['decision'] == 'a'"] * 14), c, count=1), "supplement_", "只能用", DRAWING),
    "id_grows_in_a_copy": Hostile(DRAWING, lambda c: c.replace(b'"supplement"', b'"' + b"s" * 75 + b'"').replace(b'calledElement="' + b"s" * 75, b'calledElement="supplement'), "s" * 75 + "_", "编号"),
    "ids_collide_in_a_copy": _drawn('<bpmn:userTask id="supplement_supply"/>', "supplement_supply", "重复"),
    "id_enormous": _drawn(f'<bpmn:userTask id="{"a" * 1_000_000}"/>', "aaaa", "编号"),
    "id_with_controls": _drawn('<bpmn:userTask id="a&#10;b&#9;\u202ec"/>', "a", "编号"),
    "id_as_entity": _drawn('<bpmn:scriptTask id="x&#49;"><bpmn:script>import os</bpmn:script></bpmn:scriptTask>', "x1", "脚本"),
    "id_lookalike": _drawn('<bpmn:userTask id="ａpply"/>', "ａpply", "编号"),
    "id_keyword": _drawn('<bpmn:userTask id="lambda"/>', "lambda", "编号"),
    "id_traversal": _drawn('<bpmn:userTask id="../../x"/>', "../../x", "编号"),
    "id_typename": _drawn('<bpmn:userTask id="__class__"/>', "__class__", "编号"),
    "attribute_twice": _into(DRAWING, '<bpmn:endEvent id="founded"', '<bpmn:endEvent id="founded" id="x"', "", "XML"),
    "prefix_unknown": _drawn("<y:userTask/>", "", "XML"),
}  # fmt: skip

_BOMB = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{chr(97 + n)}: &{chr(97 + n)} [{','.join(['*' + chr(96 + n)] * 10)}]\n" for n in range(1, 12)
)
_MERGE = "a: &a {x: 1}\n" + "".join(
    f"{chr(97 + n)}: &{chr(97 + n)} {{<<: [{','.join(['*' + chr(96 + n)] * 20)}]}}\n" for n in range(1, 9)
)

FORMS: Mapping[str, Hostile] = {
    "alias_bomb": _whole(FORM, _BOMB, "60000"),
    "merge_bomb": _whole(FORM, _MERGE, "60000"),
    "merge_key": _into(FORM, "  category: groups", "  <<: {category: titles}\n  category: groups", "", "不认识的内容"),
    "alias_to_itself": _whole(FORM, "process: &a [*a]", "引用"),
    "python_object": _whole(FORM, "process: !!python/object/apply:os.system ['true']", "标签"),
    "python_name": _whole(FORM, "process: !!python/name:os.system x", "标签"),
    "binary": _whole(FORM, "process: !!binary R0lGODlhAQ==", "标签"),
    "own_tag": _whole(FORM, "%TAG ! tag:x,2026:\n---\nprocess: !x y", "标签"),
    "two_documents": Hostile(FORM, lambda content: content + b"\n---\na: 1\n", "", "一份"),
    "deep_lists": _whole(FORM, "process: " + "[" * 100_000, "40层"),
    "deep_blocks": _whole(FORM, "\n".join(" " * n + "a:" for n in range(1000)), "40层"),
    "many_items": _whole(FORM, "process: [" + "1," * 400_000 + "]", "60000"),
    "duplicate_key": _into(FORM, "  category: groups", "  category: groups\n  category: titles", "", "两次"),
    "date_as_key": _into(FORM, "  category: groups", "  2026-04-08: x\n  category: groups", "", "不认识的内容"),
    "list_as_key": _into(FORM, "  category: groups", "  ? [a, b]\n  : x\n  category: groups", "", "键必须是文字"),
    "null_as_key": _into(FORM, "  category: groups", "  ~: x\n  category: groups", "", "不认识的内容"),
    "enormous_key": _into(FORM, "  category: groups", "  " + "k" * 900 + ": x\n  category: groups", "", "不认识的内容"),
    "enormous_text": _into(FORM, "category: groups", "category: " + "x" * 900_000, "", "不在允许范围"),
    "too_large": Hostile(FORM, lambda content: content + b"#" * 1_000_000, "", "1000000"),
    "utf_16": Hostile(FORM, lambda content: content.decode().encode("utf-16"), "", "UTF-8"),
    "utf_16_without_mark": Hostile(FORM, lambda content: content.decode().encode("utf-16-be"), "", "UTF-8"),
    "latin": _whole(FORM, "process: \xe9".encode("latin-1"), "UTF-8"),
    "controls": _whole(FORM, "process: \x01", "控制字符"),
    "surrogate": _whole(FORM, 'process: "\\ud800"', "YAML"),
    "tab": _whole(FORM, "process:\n\ttitle: x", "YAML"),
    "number_enormous": _field("type: integer, max: " + "9" * 4000, "max"),
    "number_infinite": _field("type: integer, max: 1e999", "max"),
    "number_nothing": _field("type: integer, min: nan", "min"),
    "rows_enormous": _field("type: rows, required: true, min: 1000000000, columns: [{key: a, type: text, label: {zh: 甲, en: A}}]", "odd"),
    "choices_negative": _field("type: multiple_choice, min: -5, options: [{value: a, label: {zh: 甲, en: A}}]", "odd"),
    "text_enormous": _field("type: text, max: 1000000000", "odd"),
    "places_enormous": _field("type: decimal, places: 1000000000", "places"),
    "places_negative": _field("type: decimal, places: -3", "places"),
    "date_enormous": _field("type: date, max: 999999999999", "odd"),
    "columns_deep": _field("type: rows, columns: " + "[{key: a, type: rows, label: {zh: 甲, en: A}, columns: " * 12 + "[]" + "}]" * 12, "明细表"),
    "key_reserved": _field("type: text, key: typename".replace("key: ", "help: {zh: 甲, en: A}, figure: "), "figure"),
    "remind_enormous": _into(FORM, "{days: -2, ", "{days: 99999999999999999, ", "", "days"),
    "number_format": _into(FORM, "P1-{year}-{seq:04d}", "{year.__class__.__mro__}", "", "格式"),
    "number_long": _into(FORM, "P1-{year}", "P" * 60 + "-{year}", "", "格式"),
    "title_format": _into(FORM, "组建{apply.group_name}", "{apply.group_name.__class__}", "", "案件名称"),
    "title_index": _into(FORM, "组建{apply.group_name}", "{apply[group_name]}", "", "案件名称"),
    "title_width": _into(FORM, "组建{apply.group_name}", "{apply.group_name:>1000000000}", "", "案件名称"),
    "decision_long": _into(FORM, "- {value: accept, ", "- {value: " + "a" * 70 + ", ", "accept_review", "太长"),
    "party_long": _into(FORM, "    training: {label", "    " + "t" * 70 + ": {label", "", "太长"),
}  # fmt: skip

RECORDS: Mapping[str, Hostile] = {
    "class": _lines("{{ ''.__class__ }}", "approval_number", "__class__"),
    "subclasses": _lines("{{ case.__class__.__mro__[1].__subclasses__() }}", "approval_number", "__subclasses__"),
    "globals": _lines("{{ party.__globals__ }}", "approval_number", "__globals__"),
    "attribute_filter": _lines("{{ case|attr('__class__') }}", "approval_number", "attr"),
    "self": _lines("{{ self._TemplateReference__context }}", "approval_number", "_TemplateReference__context"),
    "cycler": _lines("{{ cycler.__init__.__globals__.os.popen('id') }}", "approval_number", "popen"),
    "range_bomb": _lines("{% for i in range(999999999) %}x{% endfor %}", "approval_number", "for"),
    "loop_in_loop": _lines("{% for a in case %}{% for b in case %}x{% endfor %}{% endfor %}", "approval_number", "for"),
    "repeated_text": _lines("{{ 'x' * 9999999999 }}", "approval_number", "*"),
    "power": _lines("{{ 9 ** 9 ** 9 }}", "approval_number", "**"),
    "width": _lines("{{ '%9999999999d' % 1 }}", "approval_number", "%"),
    "format": _lines("{{ '{:>9999999999}'.format(1) }}", "approval_number", "format"),
    "method": _lines("{{ case.title.center(9999999999) }}", "approval_number", "center"),
    "macro": _lines("{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}", "approval_number", "macro"),
    "include": _lines("{% include '/etc/passwd' %}", "approval_number", "include"),
    "import": _lines("{% import 'x' as y %}", "approval_number", "import"),
    "extends": _lines("{% extends 'x' %}", "approval_number", "extends"),
    "set": _lines("{% set x = 1 %}{{ x }}", "approval_number", "set"),
    "call_of_a_value": _lines("{{ case.title() }}", "approval_number", "title"),
    "open_braces": _lines("{{ case.title", "approval_number", "写法"),
    "open_block": _lines("{% if case %}", "approval_number", "写法"),
    "unknown_name": _lines("{{ applicants }}", "approval_number", "applicants"),
    "unknown_filter": _lines("{{ case.title|shell }}", "approval_number", "shell"),
    "unknown_element": _lines("{{ a.applay.group_name }}", "approval_number", "applay"),
    "unknown_field": _lines("{{ a.apply.group_title }}", "approval_number", "group_title"),
    "unknown_part_of_the_case": _lines("{{ case.secret }}", "approval_number", "secret"),
    "unknown_party": _lines("{{ party('leaders') }}", "approval_number", "leaders"),
    "unknown_neighbour": _lines("{{ near.drafts.remarks }}", "approval_number", "drafts"),
    "unknown_label": _lines("{{ a.apply.stage|code('steps') }}", "approval_number", "steps"),
    "expression_calls": _into(RECORD, "when: a.apply.group_type == 'close_knit'", "when: case.__class__", "", "__class__"),
    "alias_bomb": _whole(RECORD, _BOMB, "60000"),
    "python_object": _whole(RECORD, "name: !!python/object/apply:os.system ['true']", "标签"),
    "not_a_record": _whole(RECORD, "- a\n- b\n", "键: 值"),
    "unknown_part": _into(RECORD, "imprint: true", "imprint: true\nscript: x", "", "script"),
    "no_blocks": _into(RECORD, "\nblocks:", "\nblock:", "", "blocks"),
    "width_negative": Hostile(RECORD, lambda c: c + b"receipt: {columns: [{width: -5}], rows: [[x]]}\n", "", "width"),
    "width_infinite": Hostile(RECORD, lambda c: c + b"receipt: {columns: [{width: 1e999}], rows: [[x]]}\n", "", "width"),
    "cells_missing": Hostile(RECORD, lambda c: c + b"receipt: {columns: [{width: 5}, {width: 5}], rows: [[x]]}\n", "", "2"),
    "utf_16": Hostile(RECORD, lambda content: content.decode().encode("utf-16"), "", "UTF-8"),
    "too_large": Hostile(RECORD, lambda content: content + b"#" * 1_000_000, "", "1000000"),
}  # fmt: skip

ALL: Mapping[str, Hostile] = {
    **{f"drawing_{name}": idea for name, idea in DRAWINGS.items()},
    **{f"form_{name}": idea for name, idea in FORMS.items()},
    **{f"record_{name}": idea for name, idea in RECORDS.items()},
}
