"""The keys of an installation in a backup: left out, or sealed with a passphrase that is kept elsewhere.

Whoever has both the database and the data key can read the encrypted values, so the keys never lie open in an archive.
Their fingerprints do, so that a wrong key is refused before anything is restored.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from workflow_app.columns import canonical_json
from workflow_app.errors import InvalidError

NAMES = ("secret.key", "data.key", "checkpoint.key")
LEAST_PASSPHRASE = 12
_SALT_BYTES, _NONCE_BYTES = 16, 12
_PURPOSE = b"workflow_app backup keys 1"

Keys = Mapping[str, str]
"""The text of each key file, by its name."""


def read_keys(folder: Path) -> Keys:
    """The keys of a folder.

    Raises:
        InvalidError: one is missing.
    """
    missing = [name for name in NAMES if not (folder / name).is_file()]
    if missing:
        raise InvalidError("文件夹{folder}中没有密钥{name}。", folder=folder, name=missing[0])
    return {name: (folder / name).read_text() for name in NAMES}


def write_keys(keys: Keys, folder: Path) -> None:
    """Put keys where the product looks for them, readable by their owner alone."""
    folder.mkdir(mode=0o700)
    for name, text in keys.items():
        with os.fdopen(os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
            handle.write(text)


def fingerprints(keys: Keys) -> dict[str, str]:
    """What tells keys apart and gives nothing away: they are random, so nobody can guess them from their hash."""
    return {name: hashlib.sha256(f"{name}:{text}".encode()).hexdigest() for name, text in keys.items()}


def read_passphrase(path: Path) -> str:
    """The first line of a file.

    Raises:
        InvalidError: it is too short to protect anything.
    """
    passphrase = path.read_text(encoding="utf-8").partition("\n")[0].strip()
    if len(passphrase) < LEAST_PASSPHRASE:
        raise InvalidError("口令至少{count}个字符。", count=LEAST_PASSPHRASE)
    return passphrase


def seal(keys: Keys, passphrase: str) -> str:
    """The keys, encrypted with a passphrase (scrypt, AES-256-GCM)."""
    salt, nonce = os.urandom(_SALT_BYTES), os.urandom(_NONCE_BYTES)
    return (salt + nonce + _cipher(passphrase, salt).encrypt(nonce, canonical_json(keys).encode(), _PURPOSE)).hex()


def open_sealed(sealed: str, passphrase: str) -> Keys:
    """The inverse of :func:`seal`.

    Raises:
        InvalidError: the passphrase is another one, or the text was changed.
    """
    data = bytes.fromhex(sealed)
    salt, nonce, rest = data[:_SALT_BYTES], data[_SALT_BYTES:][:_NONCE_BYTES], data[_SALT_BYTES + _NONCE_BYTES :]
    try:
        keys: Keys = json.loads(_cipher(passphrase, salt).decrypt(nonce, rest, _PURPOSE))
    except InvalidTag:
        raise InvalidError("口令不对，没有恢复任何内容。") from None
    return keys


def _cipher(passphrase: str, salt: bytes) -> AESGCM:
    # 32 MiB and about a tenth of a second for each guess.
    return AESGCM(hashlib.scrypt(passphrase.encode(), salt=salt, n=1 << 15, r=8, p=1, maxmem=1 << 26, dklen=32))
