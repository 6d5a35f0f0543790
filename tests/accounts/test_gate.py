"""The gate names the first duty that is open, in the order of the rules."""

import datetime
from dataclasses import dataclass, replace

import pytest

from hub.accounts.gate import gate
from hub.accounts.password_policy import POLICIES
from hub.accounts.rules import RULES_VERSION

NOW = datetime.datetime(2026, 3, 2, tzinfo=datetime.UTC)


def ago(days: float) -> datetime.datetime:
    return NOW - datetime.timedelta(days=days)


@dataclass(frozen=True)
class Duties:
    trained_at: datetime.datetime | None
    must_change_password: bool
    password_changed_at: datetime.datetime
    rules_version: str | None
    rules_agreed_at: datetime.datetime | None
    refreshed_at: datetime.datetime | None
    password_days: int | None = None
    has_second_factor: bool = False
    roles: tuple[str, ...] = ("PRIMARY_USER",)


DONE = Duties(ago(400), False, ago(1), RULES_VERSION, ago(1), ago(1))
NEVER = Duties(None, True, ago(100), None, None, None)


@pytest.mark.parametrize(
    ("duties", "code"),
    [
        (DONE, None),
        (replace(DONE, trained_at=ago(1), refreshed_at=None), None),
        (NEVER, "TRAINING_REQUIRED"),
        (replace(NEVER, trained_at=ago(1)), "PASSWORD_CHANGE_REQUIRED"),
        (replace(NEVER, trained_at=ago(1), must_change_password=False), "PASSWORD_CHANGE_REQUIRED"),
        (replace(DONE, password_changed_at=ago(90)), "PASSWORD_CHANGE_REQUIRED"),
        (replace(DONE, password_changed_at=ago(89.9)), None),
        (replace(DONE, password_changed_at=ago(60), password_days=60), "PASSWORD_CHANGE_REQUIRED"),
        (replace(DONE, password_changed_at=ago(59.9), password_days=60), None),
        (replace(DONE, password_changed_at=ago(90), password_days=120), "PASSWORD_CHANGE_REQUIRED"),
        (replace(DONE, rules_version=None, rules_agreed_at=None, refreshed_at=None), "RULES_REQUIRED"),
        (replace(DONE, rules_version="2001-01-01"), "RULES_REQUIRED"),
        (replace(DONE, rules_agreed_at=ago(365)), "RULES_REQUIRED"),
        (replace(DONE, refreshed_at=None), "REFRESHER_REQUIRED"),
        (replace(DONE, refreshed_at=ago(365)), "REFRESHER_REQUIRED"),
        (replace(DONE, refreshed_at=ago(364.9)), None),
    ],
)
def test_the_first_open_duty_is_named(duties: Duties, code: str | None) -> None:
    assert gate(duties, now=NOW, policy=POLICIES["msix"]) == code


def test_a_new_version_of_the_rules_asks_for_a_refresher_too() -> None:
    in_force = datetime.datetime.fromisoformat(f"{RULES_VERSION}T00:00:00+00:00")
    before, now = in_force - datetime.timedelta(days=1), in_force + datetime.timedelta(days=2)
    duties = Duties(before, False, now, RULES_VERSION, now, None)
    assert gate(duties, now=now, policy=POLICIES["msix"]) == "REFRESHER_REQUIRED"
    assert gate(replace(duties, refreshed_at=now), now=now, policy=POLICIES["msix"]) is None


def test_under_nist_a_password_has_no_end_unless_the_state_sets_one() -> None:
    nist = POLICIES["nist-800-63b-4"]
    assert gate(replace(DONE, password_changed_at=ago(4000)), now=NOW, policy=nist) is None
    old = replace(DONE, password_changed_at=ago(60), password_days=60)
    assert gate(old, now=NOW, policy=nist) == "PASSWORD_CHANGE_REQUIRED"
