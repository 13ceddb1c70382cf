"""What has to happen: an interpreter of shapes, simple enough to be believed. It shares no code with the engine.

Nothing is ever taken out of the tree of a case but by a return, which cuts off what came after the step returned to; a
sub-process that was interrupted is kept as it was, only asleep.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tests.engine.shapes.structure import (
    AtLeast,
    Both,
    Boundary,
    Choice,
    Condition,
    Either,
    End,
    Is,
    Loop,
    Nested,
    Not,
    Operation,
    Parallel,
    Shape,
    Step,
    Wait,
    items,
)
from tests.engine.shapes.tree import Begun, Ended, Line, Mark, Open, Turn, Whole, is_alive, main_ends, message_of, walk


@dataclass(frozen=True)
class Standing:
    """How a case stands. What it holds is compared by identity: a second opening is another one."""

    steps: list[Open]
    operations: list[Open]
    deadlines: list[Open | Mark]
    awaited: dict[str, list[Open | Mark]]
    completions: dict[tuple[Open | Mark, int], str]  # of steps, operations and deadlines: everything a return may undo
    outcome: str | None


class Model:
    """One case of a shape."""

    def __init__(self, shape: Shape) -> None:
        self.facts: dict[str, dict[str, Any]] = {
            item.id: {"decision": None, "score": None}
            for item in items(shape.body)
            if isinstance(item, Step | Operation)
        }
        self.passed: list[str] = []
        self._completions = 0
        self.process = Whole(shape.whole, None)
        self._begin(self.process)
        self._settle()

    def standing(self) -> Standing:
        """How the case stands now."""
        live = [node for node, is_live in walk(self.process, True) if is_live]
        waiting = [n for n in live if isinstance(n, Open) and n.state == "waits"]
        events: list[Open | Mark] = [n for n in live if isinstance(n, Mark) and n.state == "armed"]
        events += [n for n in waiting if isinstance(n.item, Wait)]
        awaited: dict[str, list[Open | Mark]] = {}
        for event in events:
            message = message_of(event)
            if message is not None:
                awaited.setdefault(message, []).append(event)
        return Standing(
            steps=[n for n in waiting if isinstance(n.item, Step)],
            operations=[n for n in waiting if isinstance(n.item, Operation)],
            deadlines=[n for n in events if message_of(n) is None],
            awaited=awaited,
            completions={(n, n.done): n.item.id for n in self._completed()} | self._lapsed(),
            outcome=self._outcome(),
        )

    def complete(self, node: Open, facts: Mapping[str, Any]) -> None:
        """Complete a step or an operation."""
        self.facts[node.item.id] = dict(facts)
        self._done(node)
        self._settle()

    def occur(self, event: Open | Mark) -> None:
        """A deadline lapses, or a message arrives."""
        if isinstance(event, Open):
            self._done(event)
        else:
            self._fire(event)
        self._settle()

    def returnable(self) -> dict[str, Open]:
        """Element -> its newest completion, for the steps that may be returned to."""
        done = [n for n in self._completed() if isinstance(n.item, Step)]
        return {n.item.id: n for n in sorted(done, key=lambda n: n.done)} if self._outcome() is None else {}

    def return_to(self, node: Open) -> None:
        """Open a completed step again and cut off everything that came of it."""
        before = self.standing().completions
        node.state, node.done = "waits", 0
        self._arm(node)
        self._cut(node.parent, node)
        after = self.standing().completions
        for element in {element for which, element in before.items() if which not in after}:
            if element in self.facts:
                self.facts[element] = {"decision": None, "score": None}

    def _cut(self, line: Line, last: Begun) -> None:
        """Cut off what came after a part of a line, and after everything that the line is a part of."""
        del line.begun[next(number for number, part in enumerate(line.begun) if part is last) + 1 :]
        line.over = False
        match line.parent:
            case Turn() as turn:
                if isinstance(turn.item, Loop):
                    del turn.lines[next(number for number, one in enumerate(turn.lines) if one is line) + 1 :]
                self._cut(turn.parent, turn)
            case Mark(item=Boundary(interrupting=True), parent=host):
                assert host.parent is not None
                self._cut(host.parent, host)
            case Mark(parent=host):
                # What the host led to does not come of its side path; what follows the sub-process around both does.
                self._cut_around(host)
            case Whole() as whole:
                self._cut_behind(whole)

    def _cut_around(self, host: Open | Whole) -> None:
        line = host.parent
        assert line is not None
        while not isinstance(line.parent, Whole):
            above = line.parent.parent
            line = above if isinstance(above, Line) else above.parent
            assert line is not None
        self._cut_behind(line.parent)

    def _cut_behind(self, whole: Whole) -> None:
        """A sub-process that is returned into runs again; of its boundary events those that still wait go on."""
        whole.state = "runs"
        whole.marks = [mark if mark.state == "armed" else Mark(mark.item, whole) for mark in whole.marks]
        if whole.parent is not None:
            self._cut(whole.parent, whole)

    def _begin(self, whole: Whole) -> None:
        self._arm(whole)
        self.passed.append(f"{whole.item.scope}_begin")
        self._go_on(whole.body)

    def _go_on(self, line: Line) -> None:
        """Begin the next item of a line, or what follows the line."""
        if len(line.begun) == len(line.block):
            line.over = True
            self._over(line)
            return
        item = line.block[len(line.begun)]
        match item:
            case Step() | Operation() | Wait():
                opened = Open(item, line)
                line.begun.append(opened)
                self._arm(opened)
            case Nested():
                whole = Whole(item, line)
                line.begun.append(whole)
                self._begin(whole)
            case End():
                self._end(line, item.id)
            case Choice() | Parallel() | Loop():
                turn = Turn(item, line)
                line.begun.append(turn)
                self._turn(turn)

    def _turn(self, turn: Turn) -> None:
        match turn.item:
            case Choice(name, conditions, branches):
                self.passed.append(name)
                asked = zip(conditions, branches, strict=False)
                chosen = [branch for condition, branch in asked if self._holds(condition)]
                lines = [Line((*chosen, branches[-1])[0], turn)]
            case Parallel(name, branches):
                self.passed.append(f"{name}_split")
                lines = [Line(branch, turn) for branch in branches]
            case Loop(body=body):
                lines = [Line(body, turn)]
        turn.lines += lines
        for line in lines:
            self._go_on(line)

    def _over(self, line: Line) -> None:
        match line.parent:
            case Whole() as whole:
                self._end(line, f"{whole.item.scope}_end")
            case Mark(item=boundary) if not boundary.joins:
                self._end(line, f"{boundary.id}_end")
            case Mark(parent=host):
                assert host.parent is not None
                self._go_on(host.parent)
            case Turn(item=Parallel(name), lines=lines, parent=parent):
                if all(one.over for one in lines):
                    self.passed.append(f"{name}_join")
                    self._go_on(parent)
            case Turn(item=Loop(name, again=again)) as turn:
                self.passed.append(name)
                if self._holds(again):
                    self._turn(turn)
                else:
                    self._go_on(turn.parent)
            case Turn(parent=parent):
                self._go_on(parent)

    def _end(self, line: Line, name: str) -> None:
        self.passed.append(name)
        line.begun.append(Ended(name, line))

    def _arm(self, host: Open | Whole) -> None:
        host.marks = [Mark(item, host) for item in getattr(host.item, "boundaries", ())]

    def _done(self, node: Open) -> None:
        self._completions += 1
        node.state, node.done = "done", self._completions
        self.passed.append(node.item.id)
        self._disarm(node)
        self._go_on(node.parent)

    def _disarm(self, host: Open | Whole) -> None:
        for mark in host.marks:
            if mark.state == "armed":
                mark.state = "off"

    def _fire(self, mark: Mark) -> None:
        mark.state = "fired"
        self.passed.append(mark.item.id)
        if mark.item.interrupting:
            mark.parent.state = "interrupted"
            self._disarm(mark.parent)
        mark.path = Line(mark.item.path, mark)
        self._go_on(mark.path)

    def _settle(self) -> None:
        """Sub-processes end when nothing in them is left to happen."""
        while (whole := self._finished()) is not None:
            whole.state = "over"
            self._disarm(whole)
            if whole.parent is not None:
                self.passed.append(whole.item.id)
                self._go_on(whole.parent)

    def _finished(self) -> Whole | None:
        running = [
            n for n, is_live in walk(self.process, True) if is_live and isinstance(n, Whole) and n.state == "runs"
        ]
        return next((n for n in reversed(running) if not is_alive(n.body)), None)

    def _completed(self) -> list[Open]:
        """Everything that was done and is not undone, in whatever is asleep too; messages are never undone."""
        found = [n for n, _ in walk(self.process, True) if isinstance(n, Open) and n.state == "done"]
        return [n for n in found if not (isinstance(n.item, Wait) and n.item.message)]

    def _lapsed(self) -> dict[tuple[Open | Mark, int], str]:
        found = [n for n, _ in walk(self.process, True) if isinstance(n, Mark) and n.state == "fired"]
        return {(n, 0): n.item.id for n in found if n.item.message is None}

    def _outcome(self) -> str | None:
        if self.process.state != "over":
            return None
        (end,) = [n.id for n in main_ends(self.process.body)]
        return end

    def _holds(self, condition: Condition) -> bool:
        match condition:
            case Is(element, decision):
                return bool(self.facts[element]["decision"] == decision)
            case AtLeast(element, score):
                known = self.facts[element]["score"]
                return known is not None and Decimal(str(known)) >= score
            case Not(of):
                return not self._holds(of)
            case Both(one, other):
                return self._holds(one) and self._holds(other)
            case Either(one, other):
                return self._holds(one) or self._holds(other)
