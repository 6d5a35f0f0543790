"""Passwords are hashed with argon2id, judged by the policy, and cost the same for nobody."""

import pytest

from hub.accounts.password_policy import MAX_LENGTH, POLICIES
from hub.accounts.passwords import Passwords
from hub.settings import Settings

pytestmark = pytest.mark.anyio


async def test_a_password_is_kept_as_argon2id_with_the_parameters_of_the_settings(passwords: Passwords) -> None:
    stored = await passwords.hash_password("Right#pass1")
    assert stored.startswith("$argon2id$v=19$m=64,t=1,p=1$")
    assert await passwords.verify_password(stored, "Right#pass1")
    assert not await passwords.verify_password(stored, "right#pass1")


async def test_no_account_never_has_the_right_password(passwords: Passwords) -> None:
    assert not await passwords.verify_password(None, "Right#pass1")


@pytest.mark.parametrize("stored", ["", "plain", "$argon2id$v=19$m=64,t=1,p=1$x"])
async def test_a_hash_that_is_none_lets_nobody_in(passwords: Passwords, stored: str) -> None:
    assert not await passwords.verify_password(stored, "Right#pass1")


@pytest.mark.parametrize("password", ["\ud800", "", "a\0b", "x" * 1_000_000])
async def test_odd_passwords_are_wrong_and_no_fault(passwords: Passwords, password: str) -> None:
    assert not await passwords.verify_password(await passwords.hash_password("Right#pass1"), password)


async def test_what_begins_like_an_overlong_password_is_another(passwords: Passwords) -> None:
    stored = await passwords.hash_password("x" * (MAX_LENGTH + 1))
    assert not await passwords.verify_password(stored, "x" * (MAX_LENGTH + 2))


async def test_a_hash_with_other_parameters_is_outdated(passwords: Passwords) -> None:
    stored = await passwords.hash_password("Right#pass1")
    assert not passwords.outdated(stored)
    async with Passwords(Settings.model_validate({"argon2_time_cost": 2, "argon2_memory_kib": 64})) as newer:
        assert newer.outdated(stored)


@pytest.mark.parametrize(
    ("password", "broken"),
    [
        ("Right#pass1", []),
        ("Señor#99", []),
        ("S#hort1", ["at least 8 characters"]),
        ("nopper#1", ["an upper-case letter"]),
        ("NOLOWER#1", ["a lower-case letter"]),
        ("NoDigits#", ["a digit"]),
        ("NoSpecial1", ["a special character"]),
        ("Space is none 1", ["a special character"]),
        ("Right#pass1\n", ["no control characters"]),
        ("Aa1#" * 65, ["at most 256 characters"]),
    ],
)
def test_the_policy_says_what_is_missing(password: str, broken: list[str]) -> None:
    assert POLICIES["msix"].broken_rules(password) == broken
