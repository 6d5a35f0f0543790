"""What the states choose for themselves: working days, and the policies that the law leaves to them.

Other capabilities use the names below and no others.
"""

from hub.states.calendar import working_days_after
from hub.states.policies import Policy, StatesPolicy, hold_policies, policies_of, states_with
from hub.states.set_policy import SetStatePolicy, set_state_policy

__all__ = [
    "Policy",
    "SetStatePolicy",
    "StatesPolicy",
    "hold_policies",
    "policies_of",
    "set_state_policy",
    "states_with",
    "working_days_after",
]
