"""Sealing, opening and masking of sensitive values."""

from __future__ import annotations

import pytest

from workflow_app.security.vault import UnreadableValueError, Vault, mask_identity, mask_phone

KEY, OTHER = bytes(range(32)), bytes(range(1, 33))
PLACE = "person.phone:12"


def test_a_sealed_value_opens_in_its_place_and_hides_its_text() -> None:
    vault = Vault(KEY)
    sealed = vault.seal("13812341234", PLACE)
    assert b"13812341234" not in sealed
    assert vault.open(sealed, PLACE) == "13812341234"
    assert vault.seal("13812341234", PLACE) != sealed


def test_a_value_moved_to_another_person_does_not_open() -> None:
    vault = Vault(KEY)
    with pytest.raises(UnreadableValueError):
        vault.open(vault.seal("13812341234", PLACE), "person.phone:13")


def test_every_changed_byte_is_found() -> None:
    vault = Vault(KEY)
    sealed = vault.seal("13812341234", PLACE)
    for position in range(len(sealed)):
        changed = sealed[:position] + bytes([sealed[position] ^ 1]) + sealed[position + 1 :]
        with pytest.raises(UnreadableValueError):
            vault.open(changed, PLACE)
    with pytest.raises(UnreadableValueError):
        vault.open(b"", PLACE)


def test_older_keys_still_open_and_the_newest_seals() -> None:
    old = Vault(KEY).seal("13812341234", PLACE)
    vault = Vault(OTHER, older_keys=[KEY])
    assert vault.open(old, PLACE) == "13812341234"
    assert Vault(OTHER).open(vault.seal("x", PLACE), PLACE) == "x"
    with pytest.raises(UnreadableValueError):
        Vault(OTHER).open(old, PLACE)


def test_fingerprints_depend_on_value_and_key() -> None:
    assert Vault(KEY).fingerprint("a") == Vault(KEY).fingerprint("a")
    assert len({Vault(KEY).fingerprint("a"), Vault(KEY).fingerprint("b"), Vault(OTHER).fingerprint("a")}) == 3


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Vault(b"short")


@pytest.mark.parametrize(
    ("phone", "shown"), [("13812341234", "138****1234"), ("0871-63222333", "087******2333"), ("110", "***")]
)
def test_phones_are_masked(phone: str, shown: str) -> None:
    assert mask_phone(phone) == shown


@pytest.mark.parametrize(
    ("number", "shown"), [("513401199003071234", "513***********1234"), ("513401900307123", "*" * 15)]
)
def test_identity_numbers_are_masked(number: str, shown: str) -> None:
    assert mask_identity(number) == shown
