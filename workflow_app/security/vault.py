"""Sensitive values: encrypted where they lie, masked where they are shown (个人信息保护法51条; 22239 8.1.4.8)."""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from workflow_app.errors import ConfigurationError
from workflow_app.text import Text

KEY_ID_BYTES, NONCE_BYTES = 4, 12


class UnreadableValueError(Exception):
    """A sealed value was changed, belongs to another place, or its key is not at hand."""


class Vault:
    """Seals short texts with AES-256-GCM; the key id before each value tells which key opens it after a change."""

    def __init__(self, key: bytes, older_keys: Sequence[bytes] = ()) -> None:
        self._key_id = _key_id(key)
        self._ciphers = {_key_id(k): AESGCM(_derived(k, b"seal")) for k in (*older_keys, key)}
        self._fingerprint_key = _derived(key, b"fingerprint")

    def seal(self, value: str, context: str) -> bytes:
        """Encrypt a value. ``context`` (``person.phone:12``) binds it to its place: elsewhere it will not open."""
        nonce = os.urandom(NONCE_BYTES)
        return self._key_id + nonce + self._ciphers[self._key_id].encrypt(nonce, value.encode(), context.encode())

    def open(self, sealed: bytes, context: str) -> str:
        """Decrypt a value.

        Raises:
            UnreadableValueError: the value was changed or moved, or was sealed with a key that is not at hand.
        """
        cipher = self._ciphers.get(sealed[:KEY_ID_BYTES])
        if cipher is None:
            raise UnreadableValueError("sealed with a key that is not at hand")
        nonce, text = sealed[KEY_ID_BYTES : KEY_ID_BYTES + NONCE_BYTES], sealed[KEY_ID_BYTES + NONCE_BYTES :]
        try:
            return cipher.decrypt(nonce, text, context.encode()).decode()
        except (InvalidTag, ValueError):
            raise UnreadableValueError("changed, or moved from its place") from None

    def fingerprint(self, value: str) -> str:
        """A keyed hash for the audit trail: it proves a value to whoever holds the key, and cannot be guessed back."""
        return hmac.new(self._fingerprint_key, value.encode(), hashlib.sha256).hexdigest()


_vault: Vault | None = None


def use(vault: Vault) -> None:
    """Seal with this vault where none is handed in: the steps of a case are content and take no keys."""
    global _vault  # One vault per program, set once when it starts.
    _vault = vault


def current_vault() -> Vault:
    """The vault in use.

    Raises:
        ConfigurationError: the program was started without one.
    """
    if _vault is None:
        raise ConfigurationError(Text("程序启动时没有设置数据密钥。"))
    return _vault


def mask_phone(phone: str) -> str:
    """``138****1234``; whatever is too short to keep seven digits is hidden whole."""
    return _mask(phone, head=3, tail=4, hidden=4)


def mask_identity(number: str) -> str:
    """``513***********1234``: neither the birth date nor the sequence can be read."""
    return _mask(number, head=3, tail=4, hidden=11)


def _mask(value: str, *, head: int, tail: int, hidden: int) -> str:
    if len(value) < head + hidden + tail:
        return "*" * len(value)
    return value[:head] + "*" * (len(value) - head - tail) + value[-tail:]


def _key_id(key: bytes) -> bytes:
    return _derived(key, b"id")[:KEY_ID_BYTES]


def _derived(key: bytes, purpose: bytes) -> bytes:
    if len(key) != 32:
        raise ValueError("the data key must have 32 bytes")
    return hmac.new(key, b"workflow_app " + purpose, hashlib.sha256).digest()
