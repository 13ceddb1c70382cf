"""Names of uploads are made harmless."""

from __future__ import annotations

import pytest

from workflow_app.errors import InvalidError
from workflow_app.files.names import clean_name, extension


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("集团章程.pdf", "集团章程.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\李敏\\章程.docx", "章程.docx"),
        ("章程\u202efdp.exe", "章程fdp.exe"),
        ("a\u2066b\u200b\u0000\r\nc.pdf", "abc.pdf"),
        ('a<b>:"|?*.pdf', "a_b______.pdf"),
        ("  . 会议 \u3000 记录 .pdf. ", "会议 记录.pdf"),
        (".pdf", "pdf"),
        ("e\u0301.pdf", "é.pdf"),
        ("\ud800x.pdf", "x.pdf"),
    ],
)
def test_names_lose_what_misleads(given: str, kept: str) -> None:
    assert clean_name(given) == kept


@pytest.mark.parametrize("given", ["", "...", "/", "\u202e\u0000", " \u3000"])
def test_a_name_of_nothing_is_refused(given: str) -> None:
    with pytest.raises(InvalidError, match="文件名无效"):
        clean_name(given)


@pytest.mark.parametrize("stem", ["章" * 300, "a" * 300, "😀" * 100, "a" + "章" * 300])
def test_long_names_are_cut_before_the_extension(stem: str) -> None:
    name = clean_name(stem + ".docx")
    assert name.endswith(".docx")
    assert len(name) <= 200
    assert 250 <= len(name.encode()) <= 255 or len(name) == 200
    assert name.removesuffix(".docx") == stem[: len(name) - 5]


def test_a_long_tail_is_not_an_extension() -> None:
    assert len(clean_name("a." + "b" * 400)) == 200


@pytest.mark.parametrize(("name", "ending"), [("a.PDF", "pdf"), ("a.tar.gz", "gz"), ("a", ""), (".pdf", "")])
def test_extensions(name: str, ending: str) -> None:
    assert extension(name) == ending
