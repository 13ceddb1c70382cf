"""Hostile files never reach the engine, and never the disk or the network."""

from __future__ import annotations

from pathlib import Path

import pytest

from workflow_app.engine import DrawingRefused, expand
from workflow_app.engine.drawing import BPMN, MAX_BYTES, read_drawing

PLAIN = f'<definitions xmlns="{BPMN}"><process id="p"/></definitions>'


def refused(content: bytes) -> str:
    with pytest.raises(DrawingRefused) as caught:
        read_drawing(content)
    (fault,) = caught.value.faults
    assert fault.element == ""
    assert str(fault.message)
    return fault.code


def test_a_plain_file_is_read() -> None:
    assert read_drawing(PLAIN.encode()).tag == f"{{{BPMN}}}definitions"
    assert read_drawing(b"\xef\xbb\xbf" + PLAIN.encode()).tag == f"{{{BPMN}}}definitions"


def test_comments_and_processing_instructions_are_dropped() -> None:
    root = read_drawing(f'<definitions xmlns="{BPMN}"><?php x?><!-- y --><process id="p"/></definitions>'.encode())
    assert [child.get("id") for child in root] == ["p"]


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE definitions [<!ENTITY a "b">]>',
        '<!DOCTYPE definitions SYSTEM "http://example.org/evil.dtd">',
        "<!DOCTYPE definitions>",
        '<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>',
    ],
)
def test_a_document_type_is_refused(doctype: str) -> None:
    assert refused((doctype + PLAIN).encode()) == "doctype"
    assert refused(('<?xml version="1.0" encoding="UTF-8"?>\n' + doctype + PLAIN).encode()) == "doctype"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-7"])
def test_no_other_encoding_hides_a_document_type(encoding: str) -> None:
    hostile = '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "b">]>' + PLAIN
    with pytest.raises(DrawingRefused) as caught:
        read_drawing(hostile.encode(encoding))
    assert caught.value.faults[0].code in {"encoding", "malformed", "doctype"}


def test_the_declared_encoding_is_not_believed() -> None:
    hidden = '<?xml version="1.0" encoding="utf-7"?>' + PLAIN.replace("<process", "+ADwAIQ-DOCTYPE d+AD4- <process")
    # Read as UTF-8 the words are mere text inside the definitions.
    assert len(read_drawing(hidden.encode())) == 1


def test_an_external_entity_leaks_no_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("geheim")
    hostile = f'<!DOCTYPE d [<!ENTITY x SYSTEM "{secret.as_uri()}">]>{PLAIN.replace("p", "&x;")}'
    with pytest.raises(DrawingRefused) as caught:
        expand(hostile.encode(), {})
    assert "geheim" not in str(caught.value)


def test_xinclude_is_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.xml"
    secret.write_text("<secret/>")
    include = f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{secret.as_uri()}"/>'
    root = read_drawing(f'<definitions xmlns="{BPMN}"><process id="p">{include}</process></definitions>'.encode())
    assert [str(node.tag) for node in root.iter() if "secret" in str(node.tag)] == []


def test_size_form_and_kind_are_checked() -> None:
    assert refused(PLAIN.encode() + b" " * MAX_BYTES) == "too_large"
    assert refused(b"\xff\xfe") == "encoding"
    assert refused(b"") == "malformed"
    assert refused(b"<definitions>") == "malformed"
    assert refused(b"<definitions/>") == "not_bpmn"
    assert refused(PLAIN.replace('<process id="p"/>', "").encode()) == "not_bpmn"
    assert refused(PLAIN.replace('<process id="p"/>', '<process id="p"/><process id="q"/>').encode()) == "not_bpmn"
    assert refused(("<a>" * 100_000).encode()) == "malformed"


def test_a_shared_drawing_is_read_as_carefully() -> None:
    call = '<process id="p"><callActivity id="c" calledElement="s"/></process>'
    with pytest.raises(DrawingRefused) as caught:
        expand(f'<definitions xmlns="{BPMN}">{call}</definitions>'.encode(), {"s": b"<!DOCTYPE d>" + PLAIN.encode()})
    assert caught.value.faults[0].code == "doctype"
