"""The mutations of accounts."""

from __future__ import annotations

import datetime
from functools import partial

from hub.accounts.assign_roles import AssignRoles, assign_roles
from hub.accounts.create_user import CreateUser, Opening, create_user
from hub.accounts.deactivate_user import DeactivateUser, deactivate_user
from hub.accounts.record_training import RecordTraining, record_training
from hub.accounts.reinstate_user import ReinstateUser, reinstate_user
from hub.accounts.review import ConfirmAccountReview, confirm_account_review
from hub.accounts.update_user import UpdateUser, update_user
from permissions.policies.account import (
    can_assign_roles,
    can_confirm_account_review,
    can_create_user,
    can_deactivate_user,
    can_record_training,
    can_reinstate_user,
    can_update_user,
)
from permissions.role_sets import ROLE_SETS
from resolvers.context import Services
from resolvers.writing import Change


def opening(services: Services) -> Opening:
    """What opening an account needs."""
    lifetime = datetime.timedelta(hours=services.settings.new_account_code_hours)
    return Opening(ROLE_SETS, services.passwords, lifetime)


CREATE_USER = Change(
    "createUser",
    CreateUser,
    can_create_user,
    bind=lambda services: partial(create_user, opening=opening(services)),
    hashes=True,
)
UPDATE_USER = Change("updateUser", UpdateUser, can_update_user, update_user)
ASSIGN_ROLES = Change("assignRoles", AssignRoles, can_assign_roles, partial(assign_roles, sets=ROLE_SETS))
RECORD_TRAINING = Change("recordTraining", RecordTraining, can_record_training, record_training)
DEACTIVATE_USER = Change("deactivateUser", DeactivateUser, can_deactivate_user, deactivate_user)
REINSTATE_USER = Change("reinstateUser", ReinstateUser, can_reinstate_user, reinstate_user)
CONFIRM_ACCOUNT_REVIEW = Change(
    "confirmAccountReview", ConfirmAccountReview, can_confirm_account_review, confirm_account_review
)
