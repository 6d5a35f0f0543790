"""The mutations of passwords."""

from __future__ import annotations

import datetime
from functools import partial

from hub.accounts.redeem_code import RedeemCode, redeem_code
from hub.accounts.reset_password import ResetPassword, reset_password
from hub.accounts.throttle import Throttle
from hub.settings import Settings
from permissions.policies.password import can_redeem_code, can_reset_password
from resolvers.writing import Change


def wrong_codes(settings: Settings) -> Throttle:
    """How many wrong one-time codes a source address has."""
    over = datetime.timedelta(minutes=settings.wrong_tries_minutes)
    return Throttle("one_time_code", settings.wrong_tries_per_address, over)


RESET_PASSWORD = Change(
    "resetPassword",
    ResetPassword,
    can_reset_password,
    bind=lambda services: partial(
        reset_password,
        passwords=services.passwords,
        lifetime=datetime.timedelta(minutes=services.settings.one_time_code_minutes),
    ),
    hashes=True,
)
REDEEM_CODE = Change(
    "redeemOneTimeCode",
    RedeemCode,
    can_redeem_code,
    bind=lambda services: partial(redeem_code, passwords=services.passwords, throttle=wrong_codes(services.settings)),
    hashes=True,
)
