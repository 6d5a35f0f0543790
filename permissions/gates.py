"""What is open to an account before its gate: see who one is, and leave. The steps that open a gate join here."""

OPEN_BEHIND_GATE = frozenset({"viewer", "signIn", "signOut", "redeemOneTimeCode", "__typename"})


def is_open_behind_gate(root_field: str) -> bool:
    """Whether a root field answers while the viewer still owes a step (training, password, rules, refresher)."""
    return root_field in OPEN_BEHIND_GATE
