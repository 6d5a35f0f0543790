"""What the states choose for themselves: working days, and the policies that the law leaves to them.

Other capabilities use the names below and no others.
"""

from hub.states.calendar import StateCalendar, calendar_of, working_days_after
from hub.states.clock_lengths import CLOCK_OF_POLICY, LENGTHS, Length, Unit, due_after
from hub.states.policies import Policy, StatesPolicy, hold_policies, policies_of, states_with
from hub.states.set_calendar import CalendarDayGiven, SetStateCalendar, set_state_calendar
from hub.states.set_policy import SetStatePolicy, set_state_policy
from hub.states.working_days import keep_working_days

__all__ = [
    "CLOCK_OF_POLICY",
    "LENGTHS",
    "CalendarDayGiven",
    "Length",
    "Policy",
    "SetStateCalendar",
    "SetStatePolicy",
    "StateCalendar",
    "StatesPolicy",
    "Unit",
    "calendar_of",
    "due_after",
    "hold_policies",
    "keep_working_days",
    "policies_of",
    "set_state_calendar",
    "set_state_policy",
    "states_with",
    "working_days_after",
]
