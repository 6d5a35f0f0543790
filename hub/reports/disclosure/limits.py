"""The parameters of disclosure control, all public: what is safe does not rest on their being secret."""

THRESHOLD = 10
"""Children under which nothing is said of a cell."""

LEAST_MEDIAN = 20
"""Children under which no median is shown: from there on the ranks around the middle are different children's."""

DOMINANCE = 0.8
"""Part of an amount that the two largest contributions may make up; above it the amount is theirs."""

SNAPPED_FROM = 50
"""Children from which an ad hoc cell that leaves out fewer than `THRESHOLD` of a margin shows the margin's number; in
smaller ones that would be too wrong, and it is suppressed."""

LISTED = 20_000
"""Places of a table up to which an answer has a row for each, suppressed ones too; of larger ones only for shown."""
