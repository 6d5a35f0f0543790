"""The mutations of passwords."""

from __future__ import annotations

import datetime
from functools import partial

from hub.accounts.change_password import ChangePassword, change_password
from hub.accounts.redeem_code import RedeemCode, redeem_code
from hub.accounts.reset_password import ResetPassword, reset_password
from hub.accounts.throttle import wrong_tries
from permissions.policies.password import can_change_password, can_redeem_code, can_reset_password
from resolvers.writing import Change

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
    bind=lambda services: partial(
        redeem_code, passwords=services.passwords, throttle=wrong_tries("one_time_code", services.settings)
    ),
    hashes=True,
)
CHANGE_PASSWORD = Change(
    "changePassword",
    ChangePassword,
    can_change_password,
    bind=lambda services: partial(change_password, passwords=services.passwords),
    hashes=True,
    own=True,
)
