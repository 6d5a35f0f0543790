"""What the states tell and ask each other about a child: contacts, move notices, data requests.

Other capabilities use the names below and no others.
"""

__all__: list[str] = []
