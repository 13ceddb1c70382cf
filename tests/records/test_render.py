"""The same content gives the same bytes, whenever and by whatever process it is rendered."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest
from pypdf import PdfReader

from tests.records.samples import PRESS, document, paragraphs
from workflow_app.records.document import RecordContent
from workflow_app.records.press import LAYOUT, Press
from workflow_app.records.render import render

PROGRAM = """
import hashlib, sys
from tests.records.samples import PRESS
from workflow_app.records.document import RecordContent
from workflow_app.records.render import render
content = RecordContent.model_validate_json(sys.stdin.read())
print(hashlib.sha256(render(content, PRESS).data).hexdigest())
"""


def test_another_process_makes_the_same_bytes() -> None:
    content = document(blocks=paragraphs(12))
    here = hashlib.sha256(render(content, PRESS).data).hexdigest()
    there = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        input=content.model_dump_json(),
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert there.stdout.strip() == here


@pytest.mark.skipif(sys.platform != "linux", reason="Linux tells what of a file is in memory")
def test_no_font_stays_in_memory_after_a_document() -> None:
    render(document(blocks=paragraphs(12)), PRESS)
    resident, name = dict[str, int](), ""
    for line in Path("/proc/self/smaps").read_text().splitlines():
        first, *rest = line.split()
        if not first.endswith(":"):
            name = rest[-1]
        elif first == "Rss:" and name.endswith(".ttf"):
            resident[name] = resident.get(name, 0) + int(rest[0])
    assert len(resident) >= 5, "the files are mapped"
    assert set(resident.values()) == {0}


def test_a_document_between_does_not_change_the_bytes() -> None:
    content = document()
    first = render(content, PRESS).data
    render(document(recipient="柳溪镇中心小学"), PRESS)
    assert render(content, PRESS).data == first


def test_every_part_of_the_content_changes_its_hash() -> None:
    content = document()
    assert RecordContent.model_validate_json(content.model_dump_json()).hash() == content.hash()
    assert document(recipient="柳溪镇中心小学").hash() != content.hash()
    assert document(blocks=paragraphs(1)).hash() != content.hash()


def test_the_file_carries_the_day_of_the_document(tmp_path: Path) -> None:
    path = tmp_path / "record.pdf"
    path.write_bytes(render(document(), PRESS).data)
    info = PdfReader(path).metadata
    assert info is not None
    assert info.title == "青禾县教育体育局关于同意组建青禾县实验小学教育集团的批复"
    assert (info.author, info.subject) == ("青禾县教育体育局", "青教体复〔2026〕12号")
    assert str(info["/CreationDate"]) == "D:20260513000000+08'00'"


def test_pages_are_counted() -> None:
    assert [render(document(blocks=paragraphs(n)), PRESS).pages for n in (1, 8, 20)] == [1, 2, 3]


def test_the_layout_version_names_code_and_fonts() -> None:
    version = Press().layout_version
    assert version.startswith(f"{LAYOUT}+")
    assert len(version) <= 40
