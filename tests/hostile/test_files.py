"""G-23: only what a file says it is, is kept; a refusal names the file and the reason, and leaves nothing behind."""

from __future__ import annotations

import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest

from tests.county import NewCounty
from tests.hostile.corpus import HEAVY, NAMES, PDF, hostile
from tests.hostile.fuzz import count, random_for, rounds
from tests.hostile.site import Site, find, open_site
from workflow_app.errors import InvalidError
from workflow_app.files.kinds import FILE_KINDS
from workflow_app.files.store import FileStore
from workflow_app.files.upload import receive

pytestmark = pytest.mark.sweep

MB = 1 << 20


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "files")


def kept(store: FileStore) -> list[str]:
    return [path.name for path in store.root.rglob("*") if path.is_file() and path.name != "lock"]


def test_no_hostile_file_is_kept(store: FileStore) -> None:
    accepted, unnamed, files = [], [], list(hostile())
    for name, what, data in files:
        try:
            receive(store, name, data, allowed=FILE_KINDS, max_bytes=50 * MB)
            accepted.append((name, what))
        except InvalidError as refused:
            unnamed += [] if name in str(refused) else [(name, what, str(refused))]
    count("hostile files", len(files))
    assert len(files) >= 500
    assert accepted == []
    assert unnamed == []
    assert kept(store) == []


def test_what_is_made_to_exhaust_costs_little_memory(tmp_path: Path) -> None:
    """In a process of its own, so that nothing else is measured."""
    program = (
        "import resource, sys; from pathlib import Path; from tests.hostile.corpus import HEAVY, hostile\n"
        "from tests.hostile.test_files import receive, FileStore, FILE_KINDS, InvalidError, MB\n"
        "files = [file for file in hostile() if file[1] in HEAVY]\n"
        "peak, worst = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, 0\n"
        "for name, what, data in files:\n"
        "    before = peak()\n"
        "    try: receive(FileStore(Path(sys.argv[1])), name, data, allowed=FILE_KINDS, max_bytes=50 * MB)\n"
        "    except InvalidError: pass\n"
        "    worst = max(worst, peak() - before)\n"
        "print(worst)"
    )
    done = subprocess.run([sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=True)
    assert int(done.stdout) * 1024 <= 100 * MB


@pytest.mark.parametrize("name", NAMES)
def test_names_are_kept_harmless(name: str, store: FileStore) -> None:
    assert receive(store, name, PDF, allowed=["pdf"], max_bytes=MB).name == NAMES[name]


@pytest.mark.parametrize("stem", ["a" * 255, "长" * 255, "\U0002b44e" * 100, "e\u0301" * 200])
def test_long_names_fit_a_file_system(stem: str, store: FileStore) -> None:
    name = receive(store, f"{stem}.pdf", PDF, allowed=["pdf"], max_bytes=MB).name
    assert len(name.encode()) <= 255
    assert name.endswith(".pdf")


def test_a_file_of_exactly_the_limit_is_kept_and_one_byte_more_is_not(store: FileStore) -> None:
    full = PDF[:-7] + b"%" * (MB - len(PDF)) + b"\n%%EOF\n"
    assert len(full) == MB
    receive(store, "a.pdf", full, allowed=["pdf"], max_bytes=MB)
    with pytest.raises(InvalidError, match=r"“b\.pdf”：文件超过1MB"):
        receive(store, "b.pdf", full + b"\n", allowed=["pdf"], max_bytes=MB)
    assert len(kept(store)) == 1


def test_random_damage_is_refused_or_harmless(store: FileStore) -> None:
    random, files = random_for("files"), [file for file in hostile() if file[1] not in HEAVY]
    for _ in range(rounds(100)):
        name, _, data = random.choice(files)
        at = random.randrange(len(data) + 1)
        damaged = data[:at] + random.randbytes(random.randrange(40)) + data[at + random.randrange(40) :]
        try:
            kind = receive(store, name, damaged[: 4 * MB], allowed=FILE_KINDS, max_bytes=MB).kind
        except InvalidError:
            continue
        finally:
            count("damaged files")
        assert name.endswith(kind.extensions)


@pytest.fixture
def site(county_at: NewCounty) -> Site:
    return open_site(county_at)


def test_several_files_are_kept_together_or_not_at_all(site: Site) -> None:
    task = next(form for form in site.forms(("linxiao",)) if form.action.endswith("/files") and form.files)
    folder = site.player.config.data / "files"
    before, rows = sorted(folder.rglob("*")), site.counts()
    good, bad = (BytesIO(PDF + b"%1"), "甲.pdf"), (BytesIO(b"MZ" + bytes(99)), "乙.pdf")
    fields = {**dict(task.fields), "csrf_token": site.token("linxiao"), "act": "save"}
    for language, words in (("zh", "“乙.pdf”：不能上传可执行程序"), ("en", "乙.pdf")):
        client = site.client("linxiao")
        client.set_cookie("language", language)
        sent = {**fields, task.files[0]: [good], task.files[-1]: [bad]}
        answer = client.post(task.action, data=sent, content_type="multipart/form-data")
        good, bad = (BytesIO(PDF + b"%1"), "甲.pdf"), (BytesIO(b"MZ" + bytes(99)), "乙.pdf")
        assert answer.status_code == 422
        told = " ".join(node.text_content() for node in find(answer.text, "//*[@class='error']"))
        assert words in told
        assert ("可执行程序" in told) == (language == "zh")
    assert sorted(path for path in folder.rglob("*") if path.is_file()) == [path for path in before if path.is_file()]
    assert site.counts()["stored_file"] == rows["stored_file"]


RANGES = ("bytes=0-3", "bytes=-4", "bytes=5-2", "bytes=0-1,3-4", "bytes=0-" + "9" * 300, "lines=1", "")


@pytest.mark.parametrize("wanted", RANGES)
def test_a_part_of_a_file_is_told_as_a_part(site: Site, wanted: str) -> None:
    with site.client("limin").get("/files/1", headers={"Range": wanted}) as answer:
        assert answer.status_code in {200, 206, 416}
        if answer.status_code != 416:
            assert int(answer.headers["Content-Length"]) == len(answer.data)
            assert answer.headers["Content-Disposition"].startswith("attachment")
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
