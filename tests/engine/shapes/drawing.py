"""Drawing a shape as a BPMN file, the way an editor would save it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.engine.shapes.structure import (
    AtLeast,
    Block,
    Both,
    Boundary,
    Choice,
    Condition,
    Either,
    End,
    Is,
    Item,
    Loop,
    Nested,
    Not,
    Operation,
    Parallel,
    Shape,
    Step,
    Wait,
)

_BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"


def drawings(shape: Shape) -> tuple[bytes, dict[str, bytes]]:
    """The file of a shape, and those of the shared drawings that it calls."""
    return _file("process", shape.body), {name: _file(name, body) for name, body in shape.shared.items()}


def text_of(condition: Condition) -> str:
    """A condition as the drawing writes it."""
    match condition:
        case Is(element, decision):
            return f"{element}['decision'] == '{decision}'"
        case AtLeast(element, score):
            return f"{element}['score'] >= {score}"
        case Not(of):
            return f"not ({text_of(of)})"
        case Both(one, other):
            return f"({text_of(one)}) and ({text_of(other)})"
        case Either(one, other):
            return f"({text_of(one)}) or ({text_of(other)})"


def _file(name: str, body: Block) -> bytes:
    pen = _Pen()
    content = pen.scope(name, body)
    messages = "".join(f'<message id="message_{name}" name="{name}"/>' for name in sorted(pen.messages))
    process = f'<process id="{name}" isExecutable="true">{content}</process>'
    return f'<definitions xmlns="{_BPMN}" targetNamespace="shapes">{messages}{process}</definitions>'.encode()


@dataclass(frozen=True)
class _Exit:
    """A way out that leads nowhere yet."""

    source: str
    condition: Condition | None = None
    default: bool = False


@dataclass
class _Pen:
    flows: int = 0
    merges: int = 0
    messages: set[str] = field(default_factory=set)
    defaults: dict[str, str] = field(default_factory=dict)

    def scope(self, name: str, body: Block) -> str:
        """The content of a process or sub-process."""
        parts = [f'<startEvent id="{name}_begin"/>']
        exits = self._block(parts, [_Exit(f"{name}_begin")], body)
        if exits:
            self._end(parts, exits, f"{name}_end")
        return "".join(self._with_defaults(parts))

    def _with_defaults(self, parts: list[str]) -> list[str]:
        # The default flow of a gateway is known only after what follows it was drawn.
        for gateway, flow in self.defaults.items():
            parts = [
                part.replace(f'Gateway id="{gateway}"', f'Gateway id="{gateway}" default="{flow}"') for part in parts
            ]
        self.defaults.clear()
        return parts

    def _block(self, parts: list[str], exits: list[_Exit], block: Block) -> list[_Exit]:
        for item in block:
            exits = self._item(parts, exits, item)
        return exits

    def _item(self, parts: list[str], exits: list[_Exit], item: Item) -> list[_Exit]:
        match item:
            case Step(name, seats, boundaries):
                marker = "<multiInstanceLoopCharacteristics/>" if seats else ""
                return self._host(parts, exits, name, f'<userTask id="{name}">{marker}</userTask>', boundaries)
            case Nested(name, calls=shared, boundaries=boundaries) if shared is not None:
                return self._host(
                    parts, exits, name, f'<callActivity id="{name}" calledElement="{shared}"/>', boundaries
                )
            case Nested(name, body, boundaries=boundaries):
                kept, self.defaults = self.defaults, {}
                node = f'<subProcess id="{name}">{self.scope(name, body)}</subProcess>'
                self.defaults = kept
                return self._host(parts, exits, name, node, boundaries)
            case Operation(name):
                return self._host(parts, exits, name, f'<serviceTask id="{name}"/>', ())
            case Wait(name, message):
                node = f'<intermediateCatchEvent id="{name}">{self._event(message)}</intermediateCatchEvent>'
                return self._host(parts, exits, name, node, ())
            case End(name):
                self._end(parts, exits, name)
                return []
            case Choice():
                return self._choice(parts, exits, item)
            case Parallel():
                return self._parallel(parts, exits, item)
            case Loop():
                return self._loop(parts, exits, item)

    def _host(
        self, parts: list[str], exits: list[_Exit], name: str, node: str, boundaries: Sequence[Boundary]
    ) -> list[_Exit]:
        self._connect(parts, exits, name)
        parts.append(node)
        leaving = [_Exit(name)]
        for mark in boundaries:
            cancel = "true" if mark.interrupting else "false"
            parts.append(
                f'<boundaryEvent id="{mark.id}" attachedToRef="{name}" cancelActivity="{cancel}">'
                f"{self._event(mark.message)}</boundaryEvent>"
            )
            path = self._block(parts, [_Exit(mark.id)], mark.path)
            if mark.joins:
                leaving += path
            elif path:
                self._end(parts, path, f"{mark.id}_end")
        return leaving

    def _choice(self, parts: list[str], exits: list[_Exit], item: Choice) -> list[_Exit]:
        self._connect(parts, exits, item.id)
        parts.append(f'<exclusiveGateway id="{item.id}"/>')
        leaving: list[_Exit] = []
        for number, branch in enumerate(item.branches):
            condition = item.conditions[number] if number < len(item.conditions) else None
            leaving += self._block(parts, [_Exit(item.id, condition, condition is None)], branch)
        return self._merge(parts, leaving) if item.merged else leaving

    def _parallel(self, parts: list[str], exits: list[_Exit], item: Parallel) -> list[_Exit]:
        split, join = f"{item.id}_split", f"{item.id}_join"
        # Flows that meet at a parallel gateway would wait for each other.
        self._connect(parts, self._merge(parts, exits), split)
        parts.append(f'<parallelGateway id="{split}"/><parallelGateway id="{join}"/>')
        for branch in item.branches:
            self._connect(parts, self._merge(parts, self._block(parts, [_Exit(split)], branch)), join)
        return [_Exit(join)]

    def _loop(self, parts: list[str], exits: list[_Exit], item: Loop) -> list[_Exit]:
        if item.merged:
            self.merges += 1
            entry = f"merge_{self.merges}"
            self._connect(parts, exits, entry)
            parts.append(f'<exclusiveGateway id="{entry}"/>')
            exits = [_Exit(entry)]
        else:
            entry = item.body[0].id
        leaving = self._block(parts, exits, item.body)
        self._connect(parts, leaving, item.id)
        parts.append(f'<exclusiveGateway id="{item.id}"/>')
        self._connect(parts, [_Exit(item.id, item.again)], entry)
        return [_Exit(item.id, default=True)]

    def _merge(self, parts: list[str], exits: list[_Exit]) -> list[_Exit]:
        if len(exits) < 2:
            return exits
        self.merges += 1
        name = f"merge_{self.merges}"
        self._connect(parts, exits, name)
        parts.append(f'<exclusiveGateway id="{name}"/>')
        return [_Exit(name)]

    def _end(self, parts: list[str], exits: list[_Exit], name: str) -> None:
        self._connect(parts, exits, name)
        parts.append(f'<endEvent id="{name}"/>')

    def _connect(self, parts: list[str], exits: Sequence[_Exit], target: str) -> None:
        for leaving in exits:
            self.flows += 1
            name = f"flow_{self.flows}"
            if leaving.default:
                self.defaults[leaving.source] = name
            condition = ""
            if leaving.condition is not None:
                text = text_of(leaving.condition).replace(">", "&gt;")
                condition = f"<conditionExpression>{text}</conditionExpression>"
            ends = f'sourceRef="{leaving.source}" targetRef="{target}"'
            parts.append(f'<sequenceFlow id="{name}" {ends}>{condition}</sequenceFlow>')

    def _event(self, message: str | None) -> str:
        if message is None:
            return "<timerEventDefinition/>"
        self.messages.add(message)
        return f'<messageEventDefinition messageRef="message_{message}"/>'
