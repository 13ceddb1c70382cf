"""Try the offline bundle as an operator would, with the network denied (``make bundle-check``; Linux).

The trial runs in a network namespace of its own that holds nothing but the loop of the machine to itself.
"""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import struct
import subprocess
import sys
import tarfile
import tempfile
import time
import urllib.request
from pathlib import Path

DIST = Path(__file__).resolve().parent.parent / "dist"
PORT = 8765
WAIT_SECONDS = 60
_SET_FLAGS, _UP = 0x8914, 0x1


def main() -> None:
    """Install the newest bundle of ``dist/``, load the demo county, check it and serve a page."""
    if "--denied" not in sys.argv:
        inside = [sys.executable, "-m", "tools.try_bundle", "--denied"]
        os.execvp("unshare", ["unshare", "--map-root-user", "--net", *inside])  # noqa: S606, S607 - the network is left behind
    _loop_up()
    _network_is_denied()
    archive = max(DIST.glob("*-offline.tar.gz"), key=lambda path: path.stat().st_mtime)
    with tempfile.TemporaryDirectory() as folder:
        _try(archive, Path(folder))


def _try(archive: Path, folder: Path) -> None:
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
    (bundle,) = folder.iterdir()
    target = folder / "product"
    # The trial's Python is that of this environment; an operator's is found by the installer.
    python = os.path.realpath(sys.executable)
    subprocess.run(["sh", str(bundle / "install.sh"), str(target)], check=True, env={**os.environ, "PYTHON": python})  # noqa: S603, S607
    environment = {
        "PATH": f"{target / 'bin'}:{os.environ['PATH']}",
        "WORKFLOW_APP_DATA": str(folder / "data"),
        "WORKFLOW_APP_PORT": str(PORT),
    }
    subprocess.run(["workflow-app", "demo", "load"], check=True, env=environment, cwd=folder)  # noqa: S607
    server = subprocess.Popen(["workflow-app", "demo", "run"], env=environment, cwd=folder)  # noqa: S607
    try:
        page = _page(f"http://127.0.0.1:{PORT}/sign-in")
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(WAIT_SECONDS)
    if "青禾县" not in page:
        raise SystemExit("the page is not the one of the demo county")
    sys.stdout.write(
        f"{archive.name}: installed without a network, county loaded, page served ({len(page)} characters)\n"
    )


def _page(address: str) -> str:
    until = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            with urllib.request.urlopen(address) as answer:  # noqa: S310 - our own server
                return str(answer.read().decode())
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.5)


def _loop_up() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as handle:
        fcntl.ioctl(handle, _SET_FLAGS, struct.pack("16sH14x", b"lo", _UP))


def _network_is_denied() -> None:
    try:
        socket.create_connection(("192.0.2.1", 80), timeout=1)
    except TimeoutError as reachable:
        raise SystemExit("the network is not denied: a packet could leave") from reachable
    except OSError:
        return
    raise SystemExit("the network is not denied")


if __name__ == "__main__":
    main()
