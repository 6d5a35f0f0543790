"""Watching children and searches: what accounts follow, which children changed, and who is told.

Other capabilities use the names below and no others.
"""

__all__: list[str] = []
