"""The gate names the first duty that is open, in the order of the rules."""

import datetime
from dataclasses import dataclass, replace

import pytest

from hub.accounts.gate import RULES_VERSION, gate

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
        (replace(DONE, rules_version=None, rules_agreed_at=None, refreshed_at=None), "RULES_REQUIRED"),
        (replace(DONE, rules_version="2001-01-01"), "RULES_REQUIRED"),
        (replace(DONE, rules_agreed_at=ago(365)), "RULES_REQUIRED"),
        (replace(DONE, refreshed_at=None), "REFRESHER_REQUIRED"),
        (replace(DONE, refreshed_at=ago(365)), "REFRESHER_REQUIRED"),
        (replace(DONE, refreshed_at=ago(364.9)), None),
    ],
)
def test_the_first_open_duty_is_named(duties: Duties, code: str | None) -> None:
    assert gate(duties, now=NOW) == code


def test_a_new_version_of_the_rules_asks_for_a_refresher_too() -> None:
    in_force = datetime.datetime.fromisoformat(f"{RULES_VERSION}T00:00:00+00:00")
    before, now = in_force - datetime.timedelta(days=1), in_force + datetime.timedelta(days=2)
    duties = Duties(before, False, now, RULES_VERSION, now, None)
    assert gate(duties, now=now) == "REFRESHER_REQUIRED"
    assert gate(replace(duties, refreshed_at=now), now=now) is None
