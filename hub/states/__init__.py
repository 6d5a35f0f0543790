"""What the states choose for themselves: working days, and the policies that the law leaves to them.

Other capabilities use the names below and no others.
"""

from hub.states.calendar import working_days_after
from hub.states.policies import Policy, states_with

__all__ = ["Policy", "states_with", "working_days_after"]
