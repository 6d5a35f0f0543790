"""The levels of a state through which an item that nobody decides climbs."""

LEVELS = ("DISTRICT", "REGION", "STATE")
"""From the lowest up. An item whose region is not known goes from its district to the state."""
