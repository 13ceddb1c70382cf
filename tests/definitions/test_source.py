"""The texts of a process: what belongs to it, what changes its hash, and files that cannot be read."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.definitions.conftest import CONTENT
from workflow_app.columns import canonical_json
from workflow_app.definitions.source import MAX_TEXT_BYTES, Source, read_source, slugs


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of the content that may be changed."""
    return Path(shutil.copytree(CONTENT, tmp_path / "content"))


def test_slugs_are_those_of_drawings_and_forms(root: Path) -> None:
    (root / "forms/only-form.yaml").write_text("")
    (root / "bpmn/Bad Name.bpmn").write_text("")
    assert slugs(root) == ("only-form", "study-visit")


def test_a_source_holds_what_its_texts_name_and_nothing_else(source: Source) -> None:
    assert list(source.shared) == list(source.shared_forms) == ["supplement"]
    assert sorted(source.records) == [
        "shared/letter_foot.yaml",
        "shared/supplement_notice.yaml",
        "study-visit/visit_notice.yaml",
    ]
    assert source.unread == ()


def test_a_bundle_is_the_source_again(source: Source) -> None:
    bundle = json.loads(canonical_json(source.to_bundle()))
    assert Source.from_bundle(bundle) == source
    assert Source.from_bundle(bundle).content_hash == source.content_hash


@pytest.mark.parametrize(
    "file",
    [
        "bpmn/study-visit.bpmn",
        "bpmn/shared/supplement.bpmn",
        "forms/study-visit.yaml",
        "forms/shared/supplement.yaml",
        "templates/records/study-visit/visit_notice.yaml",
        "templates/records/shared/letter_foot.yaml",
    ],
)
def test_every_text_of_a_process_changes_its_hash(root: Path, source: Source, file: str) -> None:
    with (root / file).open("a") as handle:
        handle.write("\n")
    assert read_source("study-visit", root).content_hash != source.content_hash


def test_a_template_that_is_not_named_does_not_change_the_hash(root: Path, source: Source) -> None:
    (root / "templates/records/shared/unused_notice.yaml").write_text("title: 另一文书")
    assert read_source("study-visit", root).content_hash == source.content_hash


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"\xff\xfe\x00", "not_text"), (b"#" * (MAX_TEXT_BYTES + 1), "oversized"), (None, "missing_file")],
)
def test_a_file_that_cannot_be_read_is_a_fault(root: Path, content: bytes | None, code: str) -> None:
    path = root / "forms/shared/supplement.yaml"
    path.unlink() if content is None else path.write_bytes(content)
    (fault,) = read_source("study-visit", root).unread
    assert (fault.file, fault.code) == ("forms/shared/supplement.yaml", code)


def test_a_folder_in_place_of_a_file_is_a_fault(root: Path) -> None:
    (root / "forms/study-visit.yaml").unlink()
    (root / "forms/study-visit.yaml").mkdir()
    assert [f.code for f in read_source("study-visit", root).unread] == ["unreadable"]


@pytest.mark.parametrize("slug", ["../secret", "Study", "", "a--b"])
def test_a_slug_never_leaves_the_folder(root: Path, slug: str) -> None:
    source = read_source(slug, root)
    assert [f.code for f in source.unread] == ["slug"]
    assert source.drawing == ""
