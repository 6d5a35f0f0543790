"""The mutations that open the gates of rules and refresher."""

from __future__ import annotations

from hub.accounts.agree import Agree, accept_rules, complete_refresher
from permissions.policies.agreement import can_accept_rules, can_complete_refresher
from resolvers.writing import Change

ACCEPT_RULES = Change("acceptRulesOfBehavior", Agree, can_accept_rules, accept_rules, own=True)
COMPLETE_REFRESHER = Change("completeRefresher", Agree, can_complete_refresher, complete_refresher, own=True)
