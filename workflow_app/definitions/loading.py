"""YAML to the schema of the form files: nothing is executed, every fault has a line, no file can exhaust the program.

The values follow YAML 1.2: only ``true`` and ``false`` are truth values, so that the key ``on`` and the option ``no``
stay words, and a date stays the text that was written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from workflow_app.definitions.faults import Fault
from workflow_app.text import Text

MAX_DEPTH = 40
MAX_NODES = 60_000

Path = tuple[str | int, ...]
Model = TypeVar("Model", bound=BaseModel)

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULL = frozenset({"", "~", "null"})
_INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
_DECIMAL = re.compile(r"[-+]?[0-9]{1,18}\.[0-9]{1,18}")
_BY_ELEMENT = frozenset({"tasks", "timers", "operations", "calls", "gateways"})


class _BrokenError(Exception):
    """The text cannot be read as the YAML that we accept."""

    def __init__(self, code: str, message: Text, line: int) -> None:
        self.code, self.message, self.line = code, message, line


@dataclass
class _Open:
    """A list or map that is being read, the key that waits for its value, and how many nodes it has so far."""

    value: dict[str, Any] | list[Any]
    path: Path
    anchor: str | None
    key: str | None = None
    size: int = 1


@dataclass
class _Builder:
    """Builds plain values from parser events with its own stack: depth and size are bounded, nothing recurses."""

    lines: dict[Path, int] = field(default_factory=dict)
    stack: list[_Open] = field(default_factory=list)
    anchors: dict[str, tuple[Any, int]] = field(default_factory=dict)
    root: Any = None
    size: int = 0
    line: int = 1

    def read(self, text: str) -> Any:
        documents = 0
        for event in yaml.parse(text, Loader=_LOADER):
            self.line = event.start_mark.line + 1 if event.start_mark else self.line
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise self.broken("documents", "一个文件只能有一份内容")
            elif isinstance(event, yaml.NodeEvent):
                self.node(event)
            elif isinstance(event, yaml.CollectionEndEvent):
                done = self.stack.pop()
                self.put(done.value, done.size, done.anchor)
        return self.root

    def node(self, event: yaml.NodeEvent) -> None:
        if isinstance(event, yaml.AliasEvent):
            if event.anchor not in self.anchors:
                raise self.broken("alias", "引用“{name}”没有定义或引用了自身", name=event.anchor)
            value, size = self.anchors[event.anchor]
            self.put(value, size, None)
        elif isinstance(event, yaml.ScalarEvent):
            self.scalar(event)
        elif isinstance(event, yaml.CollectionStartEvent):
            if event.tag:
                raise self.broken("tag", "不允许使用标签{tag}", tag=event.tag)
            if len(self.stack) >= MAX_DEPTH:
                raise self.broken("depth", "嵌套超过{limit}层", limit=MAX_DEPTH)
            is_map = isinstance(event, yaml.MappingStartEvent)
            path = self.here()
            self.stack.append(_Open({} if is_map else [], path, event.anchor))
            self.lines.setdefault(path, self.line)

    def scalar(self, event: yaml.ScalarEvent) -> None:
        if event.tag:
            raise self.broken("tag", "不允许使用标签{tag}", tag=event.tag)
        top = self.stack[-1] if self.stack else None
        if top and isinstance(top.value, dict) and top.key is None:
            if event.value in top.value:
                raise self.broken("duplicate_key", "“{key}”写了两次", key=event.value)
            top.key = event.value
            self.lines[(*top.path, event.value)] = self.line
        else:
            self.lines.setdefault(self.here(), self.line)
            self.put(_plain(event.value) if event.implicit[0] else event.value, 1, event.anchor)

    def put(self, value: Any, size: int, anchor: str | None) -> None:
        self.size += 1
        if anchor is not None:
            self.anchors[anchor] = (value, size)
        if not self.stack:
            self.root = value
            return
        top = self.stack[-1]
        top.size += size
        if max(self.size, top.size) > MAX_NODES:
            raise self.broken("size", "内容展开后超过{limit}项", limit=MAX_NODES)
        if isinstance(top.value, list):
            top.value.append(value)
        elif top.key is None:
            raise self.broken("key", "键必须是文字")
        else:
            top.value[top.key] = value
            top.key = None

    def here(self) -> Path:
        if not self.stack:
            return ()
        top = self.stack[-1]
        return (*top.path, len(top.value) if isinstance(top.value, list) else top.key or "")

    def broken(self, code: str, msgid: str, **args: Any) -> _BrokenError:
        return _BrokenError(code, Text(msgid, **args), self.line)


def _plain(value: str) -> Any:
    if value in _NULL:
        return None
    if value in {"true", "false"}:
        return value == "true"
    if _INTEGER.fullmatch(value):
        return int(value)
    return float(value) if _DECIMAL.fullmatch(value) else value


def read_yaml(text: str, file: str) -> tuple[Any, dict[Path, int], list[Fault]]:
    """The plain value of a YAML text, the line of every path in it, and the fault if it cannot be read."""
    builder = _Builder()
    try:
        return builder.read(text), builder.lines, []
    except _BrokenError as broken:
        fault = Fault(file, _element(builder.here()), f"yaml_{broken.code}", broken.message, broken.line)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = Text("YAML写法有误：{problem}", problem=_SYNTAX.get(error.problem or "", _UNKNOWN))
        fault = Fault(file, _element(builder.here()), "yaml_syntax", problem, mark.line + 1 if mark else None)
    except yaml.YAMLError:
        # The reader's error about a character that YAML does not allow carries no mark.
        fault = Fault(file, "", "yaml_syntax", Text("YAML写法有误：含有不允许的控制字符"))
    return None, {}, [fault]


def load(text: str, file: str, model: type[Model]) -> tuple[Model | None, list[Fault]]:
    """Read a form file into its schema; None and the faults if it does not fit."""
    value, lines, faults = read_yaml(text, file)
    if faults:
        return None, faults
    if not isinstance(value, Mapping):
        return None, [Fault(file, "", "yaml_shape", Text("文件内容应为“键: 值”形式"), 1)]
    try:
        return model.model_validate(value), []
    except ValidationError as error:
        return None, [_fault(file, lines, detail) for detail in error.errors(include_url=False)]


def _fault(file: str, lines: Mapping[Path, int], detail: ErrorDetails) -> Fault:
    path = detail["loc"]
    line = next((lines[path[:n]] for n in range(len(path), -1, -1) if path[:n] in lines), None)
    return Fault(file, _element(path), f"form_{detail['type']}", _message(path, detail), line)


def _element(path: Path) -> str:
    return str(path[1]) if len(path) > 1 and path[0] in _BY_ELEMENT else ""


_SYNTAX = {
    "mapping values are not allowed in this context": Text("此处不能再写冒号"),
    "found character that cannot start any token": Text("有不能用在开头的字符（例如制表符）"),
    "did not find expected node content": Text("括号没有闭合，或缺少内容"),
    "did not find expected ',' or ']'": Text("缺少逗号或右方括号"),
    "did not find expected ',' or '}'": Text("缺少逗号或右花括号"),
    "did not find expected key": Text("缩进有误，或缺少键"),
    "did not find expected '-' indicator": Text("缩进有误，或缺少“-”"),
    "could not find expected ':'": Text("缺少冒号"),
    "found unexpected end of stream": Text("引号没有闭合"),
}
"""What the YAML reader says, in the words of an officer."""
_UNKNOWN = Text("无法识别此处的写法")

_LANGUAGES = {"zh": Text("中文"), "en": Text("英文")}
_NOT_ALLOWED = Text("“{place}”的值“{value}”不符合规定")
_PLAIN_MESSAGES = {
    "extra_forbidden": Text("“{place}”：不认识的内容“{key}”"),
    "literal_error": Text("“{place}”的值“{value}”不在允许范围内"),
    "string_pattern_mismatch": Text("“{place}”的值“{value}”写法不符合规定"),
    "string_too_short": Text("“{place}”不能为空"),
    "string_too_long": Text("“{place}”的文字太长"),
    "string_type": Text("“{place}”应为文字，写的是“{value}”"),
    "bool_type": Text("“{place}”应为 true 或 false，写的是“{value}”"),
    "bool_parsing": Text("“{place}”应为 true 或 false，写的是“{value}”"),
    "int_type": Text("“{place}”应为整数，写的是“{value}”"),
    "int_parsing": Text("“{place}”应为整数，写的是“{value}”"),
    "float_type": Text("“{place}”应为数字，写的是“{value}”"),
    "float_parsing": Text("“{place}”应为数字，写的是“{value}”"),
    "tuple_type": Text("“{place}”应为列表"),
    "dict_type": Text("“{place}”应为“键: 值”形式"),
    "model_type": Text("“{place}”应为“键: 值”形式"),
}


def _message(path: Path, detail: ErrorDetails) -> Text:
    kind, place, key = detail["type"], _dotted(path), str(path[-1]) if path else ""
    if kind == "missing" and key in _LANGUAGES:
        return Text("“{place}”缺少{language}", place=_dotted(path[:-1]), language=_LANGUAGES[key])
    if kind == "missing":
        return Text("“{place}”缺少“{key}”", place=_dotted(path[:-1]), key=key)
    if kind == "value_error":
        return Text("“{place}”：{reason}", place=place, reason=detail["ctx"]["error"].args[0])
    if kind == "extra_forbidden":
        place = _dotted(path[:-1])
    told = _PLAIN_MESSAGES.get(kind, _NOT_ALLOWED)
    return Text(told.msgid, place=place, key=key, value=_short(detail))


def _short(detail: ErrorDetails) -> str:
    text = str(detail["input"])
    return text if len(text) <= 40 else text[:40] + "…"


def _dotted(path: Iterable[str | int]) -> str:
    return ".".join(str(part) for part in path)
