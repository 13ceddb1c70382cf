"""Shapes as Hypothesis draws them: small blocks in blocks, every kind of element in every kind of place."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from hypothesis import strategies as st

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
    items,
    prefixed,
)

DECISIONS = ("a", "b", "c")
"""``a`` goes on: no loop is drawn that turns back on it, so a case in which everyone decides ``a`` comes to its end."""

MESSAGES = ("withdraw", "recall")
DEEPEST = 3


@st.composite
def shapes(draw: st.DrawFn) -> Shape:
    """A drawing of some three to thirty elements, with up to two shared drawings."""
    shared: dict[str, Block] = {}
    for name in ("extra", "notice")[: draw(st.integers(0, 2))]:
        shared[name] = _Hand(draw, {}, left=5).block(DEEPEST - 1, first_is_step=draw(st.booleans()))
    body = _Hand(draw, shared).block(DEEPEST, first_is_step=draw(st.booleans()), longest=4)
    used = {item.calls for item in items(body) if isinstance(item, Nested) and item.calls}
    return Shape(body, {name: block for name, block in shared.items() if name in used})


@st.composite
def looped_branches(draw: st.DrawFn) -> Shape:
    """Two to four branches in a loop, each of them any block; the step ``turn`` decides on another round."""
    hand = _Hand(draw, {}, left=6, in_parallel=True, in_loop=True)
    branches = tuple(hand.block(1, first_is_step=True, longest=2) for _ in range(draw(st.integers(2, 4))))
    return Shape((Loop("rounds", (Parallel("par", branches), Step("turn")), Is("turn", "b"), merged=True),))


@dataclass
class _Hand:
    """Draws one file. ``in_parallel``: an end here would leave a join waiting for ever, so none is drawn.

    ``beside``: in a side path of something in a loop, which may be under way twice at a time. Two splits under way in
    one place would share their join, as BPMN has it; so none is drawn.
    """

    draw: st.DrawFn
    shared: dict[str, Block]
    numbers: dict[str, int] = field(default_factory=dict)
    deciding: list[str] = field(default_factory=list)
    in_parallel: bool = False
    in_loop: bool = False
    beside: bool = False
    left: int = 14  # items that may still be drawn beyond the first of each block

    def block(self, depth: int, *, first_is_step: bool = False, longest: int = 3, may_end: bool = True) -> Block:
        """One to ``longest`` items."""
        drawn: list[Item] = [self._step(depth)] if first_is_step else []
        least = 0 if first_is_step else 1
        for _ in range(self.draw(st.integers(least, max(least, min(longest - len(drawn), self.left))))):
            self.left -= 1
            drawn.append(self._item(depth))
        if may_end and not self.in_parallel and depth < DEEPEST and self.draw(st.integers(0, 5)) == 0:
            drawn.append(End(self._name("end")))
        return tuple(drawn)

    def _item(self, depth: int) -> Item:
        leaves = ["step", "step", "step", "operation", "wait"]
        inner = ["choice", "parallel", "parallel", "loop", "loop", "nested"] if depth and self.left > 0 else []
        calls = ["call", "call"] if depth and self.left > 0 and self.shared else []
        match self.draw(st.sampled_from(leaves + inner + calls)):
            case "operation":
                name = self._name("op")
                self.deciding.append(name)
                return Operation(name)
            case "wait":
                return Wait(self._name("wait"), self.draw(st.sampled_from((None, None, *MESSAGES))))
            case "choice" if self.deciding:
                return self._choice(depth - 1)
            case "parallel" if not self.beside:
                return self._parallel(depth - 1)
            case "loop":
                return self._loop(depth - 1)
            case "nested":
                return self._nested(depth - 1)
            case "call":
                return self._call(depth - 1)
            case _:
                return self._step(depth)

    def _step(self, depth: int) -> Step:
        name = self._name("step")
        self.deciding.append(name)
        return Step(name, self.draw(st.integers(0, 3)) == 0, self._boundaries(depth - 1, (0, 0, 0, 1, 1, 2)))

    def _boundaries(self, depth: int, numbers: tuple[int, ...]) -> tuple[Boundary, ...]:
        if depth < 0 or self.left < 0:
            return ()
        found = []
        for _ in range(self.draw(st.sampled_from(numbers))):
            name = self._name("mark")
            interrupting = self.draw(st.booleans())
            joins = interrupting and (self.in_parallel or self.draw(st.booleans()))
            message = self.draw(st.sampled_from((None, None, *MESSAGES)))
            was = self.in_parallel, self.beside
            self.in_parallel = self.in_parallel and interrupting
            self.beside = self.beside or (self.in_loop and not interrupting)
            empty = self.draw(st.booleans())
            path = () if empty else self.block(min(depth, 1), longest=2, may_end=not joins)
            self.in_parallel, self.beside = was
            found.append(Boundary(name, interrupting, path, joins, message))
        return tuple(found)

    def _choice(self, depth: int) -> Choice:
        name = self._name("choice")
        conditions = tuple(self._condition() for _ in range(self.draw(st.integers(1, 2))))
        # One at most is empty: of two the flows would have the same ends. It is drawn, and so asked, after the others.
        empty = len(conditions) - self.draw(st.integers(0, 3))
        empty = empty if empty >= len(conditions) - 1 else -1
        # The default branch goes on, or nothing might lead to what follows.
        last = len(conditions)
        branches = tuple(() if n == empty else self.block(depth, may_end=n < last) for n in range(last + 1))
        return Choice(name, conditions, branches, self.draw(st.booleans()))

    def _parallel(self, depth: int) -> Parallel:
        name = self._name("par")
        was_parallel, self.in_parallel = self.in_parallel, True
        number = self.draw(st.integers(2, 3))
        empty = self.draw(st.integers(-2, number - 1))
        branches = tuple(() if n == empty else self.block(depth, longest=2) for n in range(number))
        self.in_parallel = was_parallel
        return Parallel(name, branches)

    def _loop(self, depth: int) -> Loop:
        name = self._name("loop")
        was_loop, self.in_loop = self.in_loop, True
        body = self.block(depth, longest=2, may_end=False, first_is_step=self.draw(st.booleans()))
        check = self._step(depth)
        self.in_loop = was_loop
        # Only what the last step of the round decides turns back, so that no loop turns by itself for ever.
        again: Condition = Is(check.id, self.draw(st.sampled_from(DECISIONS[1:])))
        if self.draw(st.integers(0, 3)) == 0:
            again = Both(again, Not(AtLeast(check.id, 60)))
        direct = isinstance(body[0], Step | Operation | Wait | Nested)
        return Loop(name, (*body, check), again, merged=not direct or self.draw(st.booleans()))

    def _nested(self, depth: int) -> Nested:
        name = self._name("sub")
        boundaries = self._boundaries(depth, (0, 1, 1, 2))
        was = self.in_parallel, self.in_loop, self.beside
        self.in_parallel = self.in_loop = self.beside = False
        body = self.block(depth, first_is_step=self.draw(st.booleans()))
        self.in_parallel, self.in_loop, self.beside = was
        return Nested(name, body, name, boundaries)

    def _call(self, depth: int) -> Nested:
        name, shared = self._name("call"), self.draw(st.sampled_from(sorted(self.shared)))
        body = prefixed(self.shared[shared], f"{name}_")
        called = Nested(name, body, f"{name}_{shared}", calls=shared)
        self.deciding += [item.id for item in items(called.body) if isinstance(item, Step | Operation)]
        return replace(called, boundaries=self._boundaries(depth, (0, 0, 1)))

    def _condition(self) -> Condition:
        one = self._test()
        match self.draw(st.integers(0, 5)):
            case 0:
                return Not(one)
            case 1:
                return Both(one, self._test())
            case 2:
                return Either(one, self._test())
            case _:
                return one

    def _test(self) -> Condition:
        element = self.draw(st.sampled_from(self.deciding))
        if self.draw(st.integers(0, 2)) == 0:
            return AtLeast(element, self.draw(st.sampled_from((1, 60, 100))))
        return Is(element, self.draw(st.sampled_from(DECISIONS)))

    def _name(self, kind: str) -> str:
        self.numbers[kind] = self.numbers.get(kind, 0) + 1
        return f"{kind}_{self.numbers[kind]}"
