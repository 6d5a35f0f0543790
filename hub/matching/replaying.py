"""What a model would have decided on the questions that people have settled: nothing is changed."""

from __future__ import annotations

from collections import Counter

import asyncpg

from hub.matching.decide import Outcome, candidate_of, decide
from hub.matching.lookup import surroundings
from hub.matching.model import Model

BATCH = 500


async def replay(connection: asyncpg.Connection, model: Model) -> Counter[tuple[str, str, str]]:
    """How often the model would have decided what, by (kind of item, what people decided, what the model would).

    The records are compared as they are now, each side of a question as one student.
    """
    counts: Counter[tuple[str, str, str]] = Counter()
    students = await connection.fetchval("SELECT coalesce(max(student_id), 0) FROM students")
    last = 0
    while items := await connection.fetch(_SETTLED, last, BATCH):
        last = items[-1]["item_id"]
        records = {record for item in items for record in (*item["newcomers"], *item["others"])}
        around = await surroundings(connection, [], records, [])
        versions = {
            record: [each for each in around.neighbourhood.versions[student] if each.record == record]
            for record, sharing in around.neighbourhood.students.items()
            for student in sharing
        }
        for item in items:
            newcomers = [each for record in item["newcomers"] for each in versions.get(record, ())]
            others = [each for record in item["others"] for each in versions.get(record, ())]
            if newcomers and others:
                best = max(
                    newcomers, key=lambda each: candidate_of(model, each, 0, others, model.prior(students)).total
                )
                outcome = decide(model, best, {0: others}, model.prior(students)).outcome
            else:
                outcome = Outcome.NEW_STUDENT
            counts[item["kind"], item["decision"], outcome.value] += 1
    return counts


_SETTLED = """
SELECT item.item_id, item.kind, item.decision,
    array_agg(state_record_id) FILTER (WHERE side = 1) AS newcomers,
    coalesce(array_agg(state_record_id) FILTER (WHERE side = 2), '{}') AS others
FROM worklist_items AS item JOIN worklist_item_records USING (item_id)
WHERE item.item_id > $1 AND item.status = 'RESOLVED' AND item.kind IN ('NEAR_MATCH', 'ID_CONFLICT')
    AND item.decision IN ('SAME', 'NOT_SAME')
GROUP BY item.item_id HAVING bool_or(side = 1) ORDER BY item.item_id LIMIT $2
"""
