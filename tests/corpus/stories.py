"""The stories of the corpus: each is played from its start to its end, and frozen before every act.

Together they hold every kind of element that a drawing may have, in every state in which a case can wait there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tests.corpus.frozen import Act
from tests.engine.shapes.drawing import drawings
from tests.engine.shapes.structure import (
    Boundary,
    Choice,
    End,
    Is,
    Item,
    Loop,
    Nested,
    Operation,
    Parallel,
    Shape,
    Step,
    Wait,
    prefixed,
)
from workflow_app.content import content_root
from workflow_app.engine import Expanded, expand


@dataclass(frozen=True)
class Story:
    """A drawing, and what is done from its start to its end."""

    name: str
    expanded: Expanded
    acts: tuple[Act, ...]


def stories() -> Iterator[Story]:
    """All of them."""
    for name, (shape, text) in SMALL.items():
        drawing, shared = drawings(shape)
        yield Story(name, expand(drawing, shared), acts_of(text))
    folder = content_root() / "bpmn"
    shared = {path.stem: path.read_bytes() for path in (folder / "shared").glob("*.bpmn")}
    group = expand((folder / "group-formation.bpmn").read_bytes(), shared)
    for name, text in GROUP.items():
        yield Story(f"group-formation-{name}", group, acts_of(text))


def acts_of(text: str) -> tuple[Act, ...]:
    """``write check=again !late ?withdraw <write``: complete, with a decision, lapse, send, return to."""
    kinds = {"!": "fire", "?": "send", "<": "return_to"}
    found: list[Act] = []
    for word in text.split():
        name, _, decision = word.lstrip("!?<").partition("=")
        found.append((kinds.get(word[0], "complete"), name, decision or None))
    return tuple(found)


def _shape(*body: Item) -> Shape:
    return Shape(body)


def _mark(
    name: str, path: str = "", *, interrupting: bool, joins: bool = False, message: str | None = None
) -> Boundary:
    return Boundary(name, interrupting, (Step(path),) if path else (), joins, message)


_PAIR = Parallel("pair", ((Step("finance"), Step("audit")), (Step("legal"),), (Operation("number"),)))
_WORK = Nested(
    "work",
    (Step("write"), Parallel("both", ((Step("visit"),), (Wait("pause"), Step("report")))), Operation("seal")),
    "work",
    (
        _mark("withdrawn", interrupting=True, message="withdraw"),
        _mark("expiry", "settle", interrupting=True, joins=True),
        _mark("reminder", "chase", interrupting=False),
    ),
)
_NOTICE = (Step("post"), Operation("publish"), Wait("period"), Step("result", seats=True))
_TWICE = Shape(
    tuple(
        Nested(name, prefixed(_NOTICE, f"{name}_"), f"{name}_notice", calls="notice") for name in ("school", "county")
    ),
    {"notice": _NOTICE},
)
_ROUNDS = _shape(Loop("again", (Step("write"), Step("check")), Is("check", "again"), merged=True), Step("file"))
_ROUNDS_BEHIND_A_STEP = _shape(
    Step("ask"), Loop("again", (Step("write"), Step("check")), Is("check", "again"), merged=True), Step("file")
)
_ROUNDS_OF_WORK = _shape(Loop("again", (_WORK, Step("check")), Is("check", "again"), merged=False))

SMALL: dict[str, tuple[Shape, str]] = {
    "line": (_shape(Step("write"), Operation("number"), Step("panel", seats=True)), "write number panel"),
    "choice": (
        _shape(
            Step("ask"),
            Choice(
                "way",
                (Is("ask", "yes"), Is("ask", "no")),
                ((Step("grant"),), (Step("refuse"), End("refused")), (Operation("note"),)),
                merged=True,
            ),
            Step("file"),
        ),
        "ask=yes grant file",
    ),
    "branches": (_shape(_PAIR, Step("decide")), "legal finance number audit decide"),
    "branches-returned": (_shape(_PAIR, Step("decide")), "finance legal audit number <finance finance audit decide"),
    "rounds": (_ROUNDS, "write check=again write check=again <write write check=go file"),
    "rounds-gone": (
        _ROUNDS_BEHIND_A_STEP,
        "ask " + "write check=again " * 8 + "write check=go <ask ask write check=go file",
    ),
    "deadlines": (
        _shape(
            Step(
                "answer",
                boundaries=(
                    _mark("reminder", "chase", interrupting=False),
                    _mark("expiry", "settle", interrupting=True, joins=True),
                ),
            ),
            Wait("period"),
            Step("file"),
        ),
        "!reminder !expiry settle chase !period file",
    ),
    "messages": (
        _shape(
            Step("answer", boundaries=(_mark("news", "read", interrupting=False, message="news"),)),
            Wait("arrival", "receipt"),
            Step("file"),
        ),
        "?news answer read ?receipt file",
    ),
    "sub-process": (_shape(_WORK, Step("decide")), "write visit !pause report seal decide"),
    "sub-process-late": (_shape(_WORK, Step("decide")), "!reminder write !pause visit report chase seal decide"),
    "sub-process-interrupted": (_shape(_WORK, Step("decide")), "write visit !expiry settle decide"),
    "sub-process-withdrawn": (_shape(_WORK, Step("decide")), "write !reminder !pause ?withdraw chase"),
    "sub-process-returned": (
        _shape(_WORK, Step("decide")),
        "write visit !expiry <visit !pause visit report seal <write write visit !pause report seal decide",
    ),
    "rounds-of-a-sub-process": (
        _ROUNDS_OF_WORK,
        "write visit !pause report seal check=again write !pause report visit seal check=go",
    ),
    "calls": (_TWICE, "school_post school_publish !school_period school_result county_post county_publish "
        "!county_period county_result"),
}  # fmt: skip

_EXAMINED = (
    "apply accept_review=accept acceptance_notice first_review=agree sections_opinions arrange_assessment "
    "assessment_notice assessment assessment_report notice_post notice_publish !notice_period notice_result=none"
)
_ISSUED = "{0}_draft {0}_review=agree {0}_legal=agree {0}_sign=agree {0}_number {0}_seal {0}_deliver"
GROUP: dict[str, str] = {
    "founded": f"{_EXAMINED} committee=approve {_ISSUED.format('approval')} register_group file_charter "
    "charter_check=accept charter_receipt register_charter",
    "refused": "apply accept_review=return supplement_notify !supplement_overdue supplement_lapse=extend "
    "supplement_supply accept_review=accept acceptance_notice first_review=return revision_notify revision_supply "
    "first_review=agree sections_opinions arrange_assessment assessment_notice assessment assessment_report "
    "notice_post notice_publish !notice_period notice_result=upheld "
    "notice_correct notice_post notice_publish !notice_period notice_result=none "
    "committee=refuse refusal_draft refusal_review=return " + _ISSUED.format("refusal"),
    "withdrawn": "apply accept_review=return supplement_notify supplement_supply ?withdraw",
    "lapsed": "apply accept_review=return supplement_notify !supplement_overdue supplement_lapse=withdrawn",
}
