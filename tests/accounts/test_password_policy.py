"""What the policy `nist-800-63b-4` takes and refuses."""

import pytest

from hub.accounts.password_policy import POLICIES

NIST = POLICIES["nist-800-63b-4"]
LENGTH, OWN = "at least 15 characters", "more than common passwords, names of the account or of the hub, and runs"
ABOUT = ("Ann.Lee-Montoya", "Ana Lucía Montoya", "amontoya@agency.gov")


@pytest.mark.parametrize(
    ("password", "broken"),
    [
        ("blue crane over the wet barn", []),
        ("correcto caballo grapa pila", []),
        ("ñandú-que-corre-lejos", []),
        ("x7Gq2vLw9ZtR4mKp", []),
        ("b7Gq2vLw9ZtR4m", [LENGTH]),
        ("passwordpassword", [OWN]),
        ("Password-Password-2026", [OWN]),
        ("P@ssw0rdP@ssw0rd1", [OWN]),
        ("aaaaaaaaaaaaaaaa", [OWN]),
        ("1234567890123456", [OWN]),
        ("abcdefghijklmnop", [OWN]),
        ("qwertyuiopasdfghjkl", [OWN]),
        ("xq9xq9xq9xq9xq9xq9", [OWN]),
        ("anamontoya123456", [OWN]),
        ("ANA LUCIA MONTOYA!", [OWN]),
        ("Ann.Lee-Montoya99", [OWN]),
        ("msix-migrant-student", [OWN]),
        ("correcthorsebatterystaple", [OWN]),
        ("x" * 257, ["more than common passwords, names of the account or of the hub, and runs",
                     "at most 256 characters"]),
        ("blue crane\nover the barn", ["no control characters"]),
    ],
)  # fmt: skip
def test_a_password_is_long_and_its_owners_own(password: str, broken: list[str]) -> None:
    assert NIST.broken_rules(password, ABOUT) == broken


def test_the_name_of_somebody_else_is_no_reason() -> None:
    assert NIST.broken_rules("montoya bridge over rivers", ()) == []


def test_the_longest_password_is_judged_at_once() -> None:
    assert NIST.broken_rules("ab1" * 85 + "x", ABOUT) == []
