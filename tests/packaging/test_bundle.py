"""The offline bundle: installed with the network denied, and refused where a byte differs.

The product and its one dependency are small stand-ins of the same names and shapes, so that pip and the installer work
for real within seconds; ``make bundle-check`` does the same with the product itself.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tarfile
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest

from tools.bundle import Contents, assemble
from tools.wheels import Wheel, read_wheel

PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"


def _wheel(folder: Path, name: str, metadata: str, code: str) -> Wheel:
    path = folder / f"{name}-1.0-py3-none-any.whl"
    about = f"{name}-1.0.dist-info"
    members = {
        f"{name}.py": code,
        f"{about}/METADATA": f"Metadata-Version: 2.4\nName: {name}\nVersion: 1.0\n{metadata}",
        f"{about}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{about}/entry_points.txt": f"[console_scripts]\n{name.replace('_', '-')} = {name}:main\n",
        f"{about}/licenses/LICENSE": f"licence of {name}",
    }
    members[f"{about}/RECORD"] = "".join(f"{member},,\n" for member in (*members, f"{about}/RECORD"))
    with zipfile.ZipFile(path, "w") as archive:
        for member, text in members.items():
            archive.writestr(member, text)
    return read_wheel(path)


@pytest.fixture
def contents(tmp_path: Path) -> Contents:
    """A product that says its version with the help of a dependency."""
    folder = tmp_path / "made"
    folder.mkdir()
    helper = _wheel(folder, "helper", "License-Expression: MIT\n", "def version(): return '1.0'\n")
    code = "import helper\ndef main(): print('product', helper.version())\n"
    product = _wheel(folder, "workflow_app", "License: Apache-2.0\nRequires-Dist: helper==1.0\n", code)
    lock = f"helper==1.0 \\\n    --hash=sha256:{helper.sha256}\n"
    return Contents(product, [helper], lock, [PYTHON], platform.machine())


@pytest.fixture
def unpacked(contents: Contents, tmp_path: Path) -> Path:
    """The bundle, taken out of its archive."""
    archive = assemble(contents, tmp_path / "dist")
    with tarfile.open(archive) as tar:
        tar.extractall(tmp_path / "there", filter="data")
    return tmp_path / "there" / contents.name


def _install(bundle: Path, target: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    # An index that nobody can reach: whoever asks it fails.
    unreachable = {"PIP_INDEX_URL": "http://192.0.2.1/simple", "PIP_RETRIES": "0", "PIP_DEFAULT_TIMEOUT": "1"}
    environment = {"PATH": os.environ["PATH"], "PYTHON": sys.executable, **unreachable, **settings}
    command = ["sh", str(bundle / "install.sh"), str(target)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_it_installs_without_a_network(unpacked: Path, tmp_path: Path) -> None:
    target = tmp_path / "product"
    done = _install(unpacked, target)
    assert done.returncode == 0, done.stderr
    assert "product 1.0" in done.stdout
    assert "已装入" in done.stdout
    assert "Installed in" in done.stdout
    documents = target / "share" / "doc" / "workflow-app"
    assert (documents / "licences" / "helper" / "LICENSE").read_text() == "licence of helper"
    again = _install(unpacked, target)
    assert (again.returncode, "已存在" in again.stderr) == (1, True)
    assert (target / "bin" / "workflow-app").exists()


def test_a_changed_byte_is_found_before_anything_is_installed(unpacked: Path, tmp_path: Path) -> None:
    with (unpacked / "wheels" / "helper-1.0-py3-none-any.whl").open("ab") as wheel:
        wheel.write(b"x")
    done = _install(unpacked, tmp_path / "product")
    assert (done.returncode, (tmp_path / "product").exists()) == (1, False)
    assert "已被改动" in done.stderr


def test_an_exchanged_wheel_with_a_fitting_checksum_is_refused_by_its_hash(unpacked: Path, tmp_path: Path) -> None:
    other = _wheel(tmp_path, "helper", "", "def version(): return 'hostile'\n")
    name = "wheels/helper-1.0-py3-none-any.whl"
    sums = (unpacked / "SHA256SUMS").read_text()
    old = sha256((unpacked / name).read_bytes()).hexdigest()
    (unpacked / name).write_bytes(other.path.read_bytes())
    (unpacked / "SHA256SUMS").write_text(sums.replace(old, other.sha256))
    done = _install(unpacked, tmp_path / "product")
    assert (done.returncode, (tmp_path / "product").exists()) == (1, False)
    assert "DO NOT MATCH THE HASHES" in done.stderr
    assert "没有留下任何文件" in done.stderr


def test_a_python_or_machine_that_it_was_not_made_for_is_told(unpacked: Path, tmp_path: Path) -> None:
    about = unpacked / "about.sh"
    for line, other, words in (
        (f'pythons="{PYTHON}"', 'pythons="2.7"', "需要 2.7 之一"),
        (f'machine="{platform.machine()}"', 'machine="s390x"', "本安装包用于 s390x"),
    ):
        text, sums = about.read_text(), (unpacked / "SHA256SUMS").read_text()
        changed = text.replace(line, other)
        about.write_text(changed)
        fitting = sums.replace(sha256(text.encode()).hexdigest(), sha256(changed.encode()).hexdigest())
        (unpacked / "SHA256SUMS").write_text(fitting)
        done = _install(unpacked, tmp_path / "product")
        assert (done.returncode, words in done.stderr) == (1, True), done.stderr
        about.write_text(text)
        (unpacked / "SHA256SUMS").write_text(sums)


def test_the_same_contents_give_the_same_bytes(contents: Contents, tmp_path: Path) -> None:
    first, second = (assemble(contents, tmp_path / name) for name in ("a", "b"))
    assert first.read_bytes() == second.read_bytes()
    checksum = first.with_name(f"{first.name}.sha256").read_text()
    assert checksum == f"{sha256(first.read_bytes()).hexdigest()}  workflow-app-1.0-offline.tar.gz\n"


def test_the_inventory_names_every_part_with_licence_hash_and_needs(unpacked: Path, contents: Contents) -> None:
    inventory = json.loads((unpacked / "sbom.cdx.json").read_text())
    assert (inventory["bomFormat"], inventory["specVersion"]) == ("CycloneDX", "1.6")
    assert inventory["metadata"]["component"]["purl"] == "pkg:pypi/workflow-app@1.0"
    (library,) = (part for part in inventory["components"] if part["type"] == "library")
    assert library["licenses"] == [{"expression": "MIT"}]
    (file,) = library["components"]
    assert file["hashes"] == [{"alg": "SHA-256", "content": contents.dependencies[0].sha256}]
    assert {"ref": "pkg:pypi/workflow-app@1.0", "dependsOn": ["pkg:pypi/helper@1.0"]} in inventory["dependencies"]
    fonts = {part["name"] for part in inventory["components"] if part["type"] == "file"}
    assert {"fang.ttf", "fangfb.ttf", "hei.ttf", "song.ttf", "songb.ttf", "wenkai.ttf"} == fonts
