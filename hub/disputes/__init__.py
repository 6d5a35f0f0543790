"""Disputes of what states hold on a child, and parents' requests for a correction. Neither changes any data.

Other capabilities use the names below and no others.
"""

__all__: list[str] = []
