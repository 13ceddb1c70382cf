"""The offline bundle: all that an installation without any network needs, in one archive (``make bundle``).

It holds the wheel of the product, the wheels of all dependencies for each Python, their hashes, an installer in plain
sh, the licences, an inventory and instructions. The same inputs give the same bytes.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.sbom import inventory
from tools.wheels import Wheel, read_wheel

ROOT = Path(__file__).resolve().parent.parent
TEXTS = Path(__file__).resolve().parent / "offline"
PYTHONS = ("3.11", "3.12", "3.13")
GLIBC = ("2_28", "2_27", "2_26", "2_24", "2_17", "2_12", "2_5")
"""The oldest C library that is served is 2.28; wheels made for older ones run there as well."""


@dataclass(frozen=True)
class Contents:
    """What a bundle is made of. ``lock`` is the text of the hashed requirements of the dependencies."""

    product: Wheel
    dependencies: Sequence[Wheel]
    lock: str
    pythons: Sequence[str]
    machine: str

    @property
    def name(self) -> str:
        """The name of the archive, and of the folder in it."""
        return f"workflow-app-{self.product.version}-offline"


def assemble(contents: Contents, target: Path) -> Path:
    """Write the bundle and, beside it, its SHA-256; returns the archive."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / contents.name
        _fill(root, contents)
        archive = target / f"{contents.name}.tar.gz"
        target.mkdir(parents=True, exist_ok=True)
        _pack(root, archive)
    checksum = hashlib.sha256(archive.read_bytes()).hexdigest()
    archive.with_name(f"{archive.name}.sha256").write_text(f"{checksum}  {archive.name}\n")
    return archive


def _fill(root: Path, contents: Contents) -> None:
    wheels = root / "wheels"
    wheels.mkdir(parents=True)
    product = contents.product
    for wheel in (product, *contents.dependencies):
        shutil.copyfile(wheel.path, wheels / wheel.path.name)
        for name, text in wheel.licence_files.items():
            licence = root / "licences" / wheel.name / name
            licence.parent.mkdir(parents=True, exist_ok=True)
            licence.write_bytes(text)
    own = f"{product.name}=={product.version} \\\n    --hash=sha256:{product.sha256}\n"
    (root / "requirements.txt").write_text(contents.lock + own)
    (root / "sbom.cdx.json").write_text(inventory(product, contents.dependencies))
    (root / "about.sh").write_text(
        f'version="{product.version}"\npythons="{" ".join(contents.pythons)}"\nmachine="{contents.machine}"\n'
    )
    for text_file in TEXTS.iterdir():
        shutil.copyfile(text_file, root / text_file.name)
    _write_checksums(root)


def _write_checksums(root: Path) -> None:
    files = sorted(path for path in root.rglob("*") if path.is_file())
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(root)}\n" for path in files]
    (root / "SHA256SUMS").write_text("".join(lines))


def _pack(root: Path, archive: Path) -> None:
    def plain(member: tarfile.TarInfo) -> tarfile.TarInfo:
        member.uid = member.gid = member.mtime = 0
        member.uname = member.gname = "root"
        member.mode = 0o755 if member.isdir() or member.name.endswith(".sh") else 0o644
        return member

    with (
        archive.open("wb") as out,
        gzip.GzipFile("", "wb", 6, out, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w") as tar,
    ):
        for path in [root, *sorted(root.rglob("*"))]:
            tar.add(path, path.relative_to(root.parent), recursive=False, filter=plain)


def download(pythons: Sequence[str], machine: str, folder: Path) -> list[Wheel]:
    """The wheels of the locked dependencies for these Pythons; pip compares each with its hash."""
    platforms = [f"--platform=manylinux_{version}_{machine}" for version in GLIBC]
    for python in pythons:
        subprocess.run(  # noqa: S603 - our own command
            [
                *(sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"),
                *("--require-hashes", "--no-deps", "--only-binary=:all:", "--dest", str(folder)),
                *("--requirement", str(ROOT / "requirements" / "runtime.txt")),
                *(f"--python-version={python}", *platforms, f"--platform=manylinux2014_{machine}"),
            ],
            check=True,
        )
    return [read_wheel(path) for path in sorted(folder.iterdir())]


def build(folder: Path) -> Wheel:
    """The wheel of the product, built with the hashed backend of this environment."""
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-index"]
    options = ["--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(ROOT)]
    subprocess.run([*command, *options], check=True)  # noqa: S603 - our own command
    (path,) = folder.iterdir()
    return read_wheel(path)


def main() -> None:
    """Build the wheel, fetch the dependencies, write ``dist/workflow-app-<version>-offline.tar.gz``."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--python", action="append", choices=PYTHONS, help="a Python to serve (default: all)")
    parser.add_argument("--machine", default=platform.machine(), choices=["x86_64", "aarch64"])
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    wanted = parser.parse_args()
    pythons = wanted.python or list(PYTHONS)
    with tempfile.TemporaryDirectory() as made, tempfile.TemporaryDirectory() as fetched:
        dependencies = download(pythons, wanted.machine, Path(fetched))
        lock = (ROOT / "requirements" / "runtime.txt").read_text()
        archive = assemble(Contents(build(Path(made)), dependencies, lock, pythons, wanted.machine), wanted.out)
    sys.stdout.write(f"{archive}\n{archive.with_name(f'{archive.name}.sha256').read_text()}")


if __name__ == "__main__":
    main()
