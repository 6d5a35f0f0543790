"""How much of what a free text must not hold the check finds, and how much that it may, on lists of messages.

One list of the check's own making, by which it was made better; and one that was written after it, on which the check
was run once before what that showed was mended.
"""

from __future__ import annotations

import time

from tests.benchmarks.report import keep, say, table
from tests.notices.messages import messages, scores

LISTS = {"messages.txt": "by which it was made better", "messages_held_out.txt": "written afterwards"}


def screening(*, quick: bool) -> None:
    """Precision and recall by what is looked for, and the CPU that a message takes; `quick` is the same."""
    for name, title in LISTS.items():
        listed = messages(name)
        clean = sum(not message.expected for message in listed)
        rows = [
            (sort, score.right, score.wrong, score.missed, f"{score.precision:.3f}", f"{score.recall:.3f}")
            for sort, score in scores(listed)
        ]
        columns = ("found", "right", "wrong", "missed", "precision", "recall")
        table(f"{len(listed)} messages, {clean} of them clean; {title}", columns, rows)
        keep(f"screening {name}", {str(row[0]): dict(zip(columns[1:], row[1:], strict=True)) for row in rows})
    listed = messages()
    begun = time.process_time()
    for message in listed:
        message.found()
    say(f"{(time.process_time() - begun) / len(listed) * 1000:.2f} ms of CPU a message")
