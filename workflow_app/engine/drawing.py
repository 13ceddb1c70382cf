"""Reading a BPMN file safely. A drawing is uploaded content: it is data, never instructions to the parser."""

from __future__ import annotations

from lxml import etree

from workflow_app.engine.faults import DrawingFault, DrawingRefused
from workflow_app.text import Text

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
MAX_BYTES = 2_000_000
MAX_PARTS = 20_000
"""Elements of one file, the picture included, and of one drawing with all its copies: ten times the largest in use."""


def tag(name: str) -> str:
    """The qualified name of a BPMN element."""
    return f"{{{BPMN}}}{name}"


def local_name(node: etree._Element) -> str:
    """The name of an element without its namespace; with it in braces where it is not BPMN's."""
    return str(node.tag).removeprefix(f"{{{BPMN}}}")


def read_drawing(content: bytes) -> etree._Element:
    """The root of a BPMN file, without comments and processing instructions.

    Raises:
        DrawingRefused: larger than 2 MB (``too_large``), of too many elements (``too_many_parts``), not UTF-8
            (``encoding``), with a document type and so perhaps entities (``doctype``), not well-formed
            (``malformed``), or not BPMN with exactly one process (``not_bpmn``).
    """
    if len(content) > MAX_BYTES:
        raise _refused("too_large", Text("流程图文件超过{limit}兆字节。", limit=MAX_BYTES // 1_000_000))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _refused("encoding", Text("流程图文件不是UTF-8编码。")) from None
    # The parser below is told to read UTF-8 whatever the file declares, so no other encoding can hide this word.
    if "<!DOCTYPE" in text:
        raise _refused("doctype", Text("流程图文件不得含有文档类型声明（DOCTYPE）或实体。"))
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError as error:
        raise _refused("malformed", Text("流程图文件不是格式正确的XML：第{line}行。", line=error.lineno)) from None
    refuse_beyond(sum(1 for _ in root.iter()))
    if root.tag != tag("definitions") or len(root.findall(tag("process"))) != 1:
        raise _refused("not_bpmn", Text("流程图文件应当是BPMN 2.0图，且只含一个流程。"))
    return root


def refuse_beyond(parts: int) -> None:
    """Stop before a drawing of too many elements costs time and memory.

    Raises:
        DrawingRefused: it has more than :data:`MAX_PARTS`.
    """
    if parts > MAX_PARTS:
        raise _refused("too_many_parts", Text("流程图有{count}个标签，最多{limit}个。", count=parts, limit=MAX_PARTS))


def _refused(code: str, message: Text) -> DrawingRefused:
    return DrawingRefused([DrawingFault("", code, message)])
