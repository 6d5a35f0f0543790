"""The mutations of second factors."""

from __future__ import annotations

from functools import partial

from hub.accounts.passkey import AddPasskey, RemovePasskey, StartPasskey, add_passkey, remove_passkey, start_passkey
from hub.accounts.relying_party import relying_party
from hub.accounts.reset_second_factor import ResetSecondFactor, reset_second_factor
from hub.accounts.totp import ConfirmTotp, RemoveTotp, StartTotp, confirm_totp, remove_totp, start_totp
from permissions.policies import second_factor as policy
from resolvers.writing import Change

START_TOTP = Change(
    "startTotp",
    StartTotp,
    policy.can_start_totp,
    bind=lambda services: partial(start_totp, passwords=services.passwords, box=services.box),
    hashes=True,
)
CONFIRM_TOTP = Change(
    "confirmTotp",
    ConfirmTotp,
    policy.can_confirm_totp,
    bind=lambda services: partial(confirm_totp, box=services.box),
    own=True,
)
REMOVE_TOTP = Change(
    "removeTotp",
    RemoveTotp,
    policy.can_remove_totp,
    bind=lambda services: partial(remove_totp, passwords=services.passwords),
    hashes=True,
    own=True,
)
START_PASSKEY = Change(
    "startPasskey",
    StartPasskey,
    policy.can_start_passkey,
    bind=lambda services: partial(start_passkey, passwords=services.passwords, party=relying_party(services.settings)),
    hashes=True,
)
ADD_PASSKEY = Change(
    "addPasskey",
    AddPasskey,
    policy.can_add_passkey,
    bind=lambda services: partial(add_passkey, party=relying_party(services.settings)),
    own=True,
)
REMOVE_PASSKEY = Change(
    "removePasskey",
    RemovePasskey,
    policy.can_remove_passkey,
    bind=lambda services: partial(remove_passkey, passwords=services.passwords),
    hashes=True,
    own=True,
)
RESET_SECOND_FACTOR = Change(
    "resetSecondFactor", ResetSecondFactor, policy.can_reset_second_factor, reset_second_factor
)
