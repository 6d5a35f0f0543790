"""What states owe by when: clocks computed from what they report, and what follows when one starts or runs out.

Other capabilities use the names below and no others.
"""

from hub.clocks.computing import CHANNEL, compute_changed, compute_state_anew
from hub.clocks.following import follow
from hub.clocks.listing import ClocksOfState, clocks_of_states
from hub.clocks.reminding import forget_reminders, remind

__all__ = [
    "CHANNEL",
    "ClocksOfState",
    "clocks_of_states",
    "compute_changed",
    "compute_state_anew",
    "follow",
    "forget_reminders",
    "remind",
]
