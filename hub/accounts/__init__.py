"""Accounts: passwords, sign-in and sign-out, sessions, and what must be done before an account works.

Other capabilities use the names below and no others.
"""

from hub.accounts.create import NewAccount, RoleSets, create_account
from hub.accounts.passwords import Passwords

__all__ = ["NewAccount", "Passwords", "RoleSets", "create_account"]
