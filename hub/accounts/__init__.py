"""Accounts: passwords, sign-in and sign-out, sessions, and what must be done before an account works.

Other capabilities use the names below and no others.
"""

from hub.accounts.create import NewAccount, create_account
from hub.accounts.particulars import RoleSets
from hub.accounts.passwords import Passwords
from hub.accounts.review import UNUSED

__all__ = ["UNUSED", "NewAccount", "Passwords", "RoleSets", "create_account"]
