"""The mutations, one file a noun: each `Change` names its command, its policy and its verb."""
