"""What a string of a record template may hold: an allow-list over its parsed tree, checked before it is published.

A template inserts values, chooses between words, and goes through a list of the case once. It computes nothing and
calls nothing but the few names that a record offers: no text can run for ever, grow without end or reach the program.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from jinja2 import TemplateSyntaxError, nodes
from jinja2.parser import Parser
from jinja2.sandbox import SandboxedEnvironment

from workflow_app.text import Text

MAX_LENGTH = 5_000
MAX_CONSTANT = 500
CALLABLE = frozenset({"party", "due", "amount", "clause", "figure"})
"""Names that a template may call."""

_ALLOWED = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.CondExpr),
    *(nodes.And, nodes.Or, nodes.Not, nodes.Compare, nodes.Operand, nodes.Neg),
    *(nodes.Name, nodes.Getattr, nodes.Getitem, nodes.Const, nodes.List, nodes.Filter, nodes.Call, nodes.For),
)
_SIGNS: Mapping[type[nodes.Node], str] = {
    nodes.Mul: "*",
    nodes.Pow: "**",
    nodes.Mod: "%",
    nodes.Assign: "set",
    nodes.AssignBlock: "set",
    nodes.FromImport: "import",
    nodes.CallBlock: "call",
    nodes.FilterBlock: "filter",
}


def parsed(env: SandboxedEnvironment, text: str, *, expression: bool) -> nodes.Node | Text:
    """The tree of a string, or what is wrong with its notation."""
    if len(text) > MAX_LENGTH:
        return Text("一段文字最多{most}个字，现有{count}个字", most=MAX_LENGTH, count=len(text))
    try:
        return parsed_expression(env, text) if expression else env.parse(text)
    except (TemplateSyntaxError, RecursionError):
        return Text("模板写法有误：请检查花括号、引号和条件是否成对")


def parsed_expression(env: SandboxedEnvironment, text: str) -> nodes.Expr:
    """The tree of an expression, as ``compile_expression`` reads it.

    Raises:
        TemplateSyntaxError: it is no expression.
    """
    parser = Parser(env, text, state="variable")
    tree = parser.parse_expression()
    if not parser.stream.eos:
        parser.fail("chunk after expression", parser.stream.current.lineno)
    tree.set_environment(env)
    return tree


def faults(tree: nodes.Node, filters: Mapping[str, Callable[..., object]]) -> Iterator[Text]:
    """Everything in a tree that is not on the allow-list."""
    pending = [tree]
    while pending:
        node = pending.pop(0)
        if message := _fault(node, filters):
            yield message
        else:
            pending = [*node.iter_child_nodes(), *pending]


def _fault(node: nodes.Node, filters: Mapping[str, Callable[..., object]]) -> Text | None:
    what = _SIGNS.get(type(node), type(node).__name__.lower())
    match node:
        case nodes.Getattr(attr=str(name)) | nodes.Getitem(arg=nodes.Const(value=str(name))) if name.startswith("_"):
            what = name
        case nodes.Getitem(arg=argument) if not isinstance(argument, nodes.Const | nodes.Getattr):
            what = "[…]"
        case nodes.Const(value=value) if len(str(value)) > MAX_CONSTANT:
            return Text("模板中的文字太长")
        case nodes.Filter(name=name) if name not in filters or node.kwargs or node.dyn_args or node.dyn_kwargs:
            what = f"|{name}"
        case nodes.For() if not _is_plain_loop(node):
            what = "for"
        case nodes.Call(node=callee) if not _may_call(node):
            name = callee.attr if isinstance(callee, nodes.Getattr) else getattr(callee, "name", "")
            what = f"{name}()"
        case _ if isinstance(node, _ALLOWED):
            return None
    return Text("模板不能使用“{what}”", what=what)


def _is_plain_loop(loop: nodes.For) -> bool:
    """Whether a loop goes once through something that the case holds: no loop in a loop, no list made here."""
    inner = [*loop.iter.find_all((nodes.Call, nodes.List)), *loop.find_all(nodes.For)]
    return isinstance(loop.target, nodes.Name) and not (inner or loop.recursive or loop.test)


def _may_call(call: nodes.Call) -> bool:
    """Whether a call is one of the offered names, or ``get`` of a value that may be absent."""
    known = isinstance(call.node, nodes.Name) and call.node.name in CALLABLE
    asks = isinstance(call.node, nodes.Getattr) and call.node.attr == "get" and len(call.args) == 1
    return (known or asks) and not (call.kwargs or call.dyn_args or call.dyn_kwargs)
