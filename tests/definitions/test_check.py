"""Every faulty fixture is refused for its one idea, with file, element, code and words; the sound content is not."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.definitions.conftest import Patch
from tests.languages import CHINESE
from workflow_app.definitions.case_view import Catalogue
from workflow_app.definitions.check import faults
from workflow_app.definitions.faults import Fault
from workflow_app.definitions.source import Source, read_source
from workflow_app.languages import translator

FAULTY = sorted((Path(__file__).parent / "faulty").glob("*.yaml"))


def in_english(fault: Fault, content: Path) -> str:
    """The line that tells a fault, without what the files themselves say."""
    files = [path.read_text(errors="replace") for path in content.rglob("*") if path.is_file()]
    own = "\n".join([str(content), *files])
    return fault.text.render(translator("en"), lambda value: "…" if str(value).rstrip("…") in own else value)


def test_sound_content_has_no_fault(source: Source, catalogue: Catalogue) -> None:
    assert faults(source, catalogue) == []


@pytest.mark.parametrize("path", FAULTY, ids=lambda p: p.stem)
def test_faulty_content_is_refused_by_name(path: Path, tmp_path: Path, patch: Patch, catalogue: Catalogue) -> None:
    idea = yaml.safe_load(path.read_text())
    if "content" in idea:
        patch()
        (tmp_path / "content" / idea["file"]).write_text(idea["content"])
        source = read_source("study-visit", tmp_path / "content")
    else:
        source = patch((idea["file"], idea["replace"], idea["by"]))
    found = faults(source, catalogue)
    expected = idea["fault"]
    matching = [
        f
        for f in found
        if (f.file, f.element, f.code) == (expected["file"], expected["element"], expected["code"])
        and expected["words"] in str(f.message)
    ]
    assert matching, [(f.file, f.element, f.code, str(f.message)) for f in found]
    assert CHINESE.findall(" ".join(in_english(fault, tmp_path / "content") for fault in found)) == []
    assert len(found) <= 3, "one idea, few faults"


def test_a_step_without_lane_and_place_is_a_fault(patch: Patch, catalogue: Catalogue) -> None:
    source = patch(
        ("bpmn/study-visit.bpmn", "        <bpmn:flowNodeRef>decide</bpmn:flowNodeRef>\n", ""),
        ("forms/study-visit.yaml", "    place: deputy_director@section\n", ""),
    )
    assert [(f.element, f.code) for f in faults(source, catalogue)] == [("decide", "no_place")]


def test_a_drawing_beyond_the_caps_is_refused(patch: Patch, catalogue: Catalogue) -> None:
    end = '    <bpmn:endEvent id="approved" name="同意">'
    many = "".join(f'    <bpmn:endEvent id="end_{i}"/>\n' for i in range(301))
    found = faults(patch(("bpmn/study-visit.bpmn", end, many + end)), catalogue)
    assert "too_many_nodes" in {f.code for f in found}


def test_faults_of_a_form_carry_the_line(patch: Patch, catalogue: Catalogue) -> None:
    source = patch(("forms/study-visit.yaml", "    stage: review\n", "    stage: reviewing\n"))
    (fault,) = faults(source, catalogue)
    assert fault.line is not None
    assert source.form.splitlines()[fault.line - 1].strip() == "stage: reviewing"
    assert str(fault).startswith(f"forms/study-visit.yaml:{fault.line} survey ")


def test_a_missing_form_is_told_together_with_faults_of_the_drawing(
    tmp_path: Path, patch: Patch, catalogue: Catalogue
) -> None:
    patch(("bpmn/study-visit.bpmn", ' default="is_lapsed__check"', ""))
    (tmp_path / "content/forms/study-visit.yaml").unlink()
    found = faults(read_source("study-visit", tmp_path / "content"), catalogue)
    assert [(f.file, f.code) for f in found] == [
        ("forms/study-visit.yaml", "missing_file"),
        ("bpmn/study-visit.bpmn", "default"),
    ]


@pytest.mark.parametrize("file", ["bpmn/study-visit.bpmn", "forms/study-visit.yaml", "forms/shared/supplement.yaml"])
def test_no_damage_of_a_file_raises(file: str, tmp_path: Path, patch: Patch, catalogue: Catalogue) -> None:
    """Each of many damaged copies of a file is judged without a traceback."""
    patch()
    path = tmp_path / "content" / file
    whole = path.read_bytes()
    lines = whole.splitlines(keepends=True)
    damaged = [b"", b"\x00", b"\xff\xfe", whole[: len(whole) // 2], whole * 2, b"[" * 9000, b"<a>" * 9000]
    damaged += [b"".join(lines[:n] + lines[n + 1 :]) for n in range(0, len(lines), 5)]
    damaged += [whole.replace(b"true", b"[1, {}]"), whole.replace(b"stage", b"1"), whole.replace(b"@", b"")]
    damaged += [whole.replace(b'id="', b'id="-'), whole.replace(b"sourceRef", b"x"), whole.replace(b"_", b"")]
    for content in damaged:
        path.write_bytes(content)
        for fault in faults(read_source("study-visit", tmp_path / "content"), catalogue):
            assert str(fault)
