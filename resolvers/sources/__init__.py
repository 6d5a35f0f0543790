"""The sources of the record types, one file a noun: where rows come from and how they belong together."""
