"""The statement that computes clocks: all those of the children of some state records, from what states report.

What it holds to:

* A clock counted in days begins on a day and is due at the end of the last one (UTC); a change of residence begins at
  a moment and is due at the same time of a later day, as worklist items are.
* An update is met by the first upload since the clock began that names the child. Where several uploads wait to be
  looked at, the earliest counts: that the hub looks late is not the state's fault.
* A term ends on 30 June, a summer term on 31 August, unless the enrollment that reaches its last 45 days ended
  earlier: that is the school's own last day. An enrollment that ended before those days was a withdrawal.
* What was due before the state first sent the child is history, and no clock; so is a move that was more than 90 days
  old when the hub first saw it.
* A child lives where its newest enrollment or qualifying move is; where the one before is of another state, or of
  another district of the same state, it has changed residence. What a record's first upload tells of moves within its
  state is news to nobody: the child was not known before.
* A state is asked once about an enrollment that did not come: where records of one child report the same move, the
  clock stays with the one whose clock raised the question.
* Nothing is written where nothing changes.
"""

from __future__ import annotations

TERM_TAIL_DAYS = 45
NEWS_DAYS = 90


def _school_year(day: str) -> str:
    """The school year that a day (in SQL) belongs to, by the calendar year in which it ends; it begins on 1 July."""
    return f"extract(year FROM {day} + interval '6 months')::int"


_REPORTED = f"""
WITH law AS (
    SELECT * FROM unnest($4::text[], $5::text[], $6::int[], $7::boolean[]) AS law (kind, policy, amount, working)
), taken AS (
    SELECT * FROM unnest($1::bigint[], $2::timestamptz[]) AS taken (state_record_id, at)
), child AS (
    SELECT student_id, bool_or(at IS NULL) AS relinked
    FROM taken JOIN state_records USING (state_record_id) GROUP BY student_id
), kept AS MATERIALIZED (
    SELECT clock.*, record.student_id, record.status = 'ACTIVE' AS held
    FROM child JOIN state_records AS record USING (student_id) JOIN clocks AS clock USING (state_record_id)
), record AS MATERIALIZED (
    SELECT record.state_record_id, student_id, record.state::text AS state, record.submitted_at,
        coalesce(first.submitted_at, record.submitted_at) AS first_sent
    FROM child JOIN state_records AS record USING (student_id)
    LEFT JOIN LATERAL (
        SELECT upload.submitted_at FROM links JOIN uploads AS upload USING (upload_id)
        WHERE links.state_record_id = record.state_record_id ORDER BY link_id LIMIT 1
    ) AS first ON true
    WHERE record.status = 'ACTIVE'
), sent AS MATERIALIZED (
    SELECT state_record_id, student_id, state, at FROM taken JOIN record USING (state_record_id) WHERE at IS NOT NULL
    UNION
    SELECT state_record_id, student_id, state, submitted_at FROM record
), enrolled AS MATERIALIZED (
    SELECT state_record_id, student_id, state, first_sent, district_id, residence, enrollment_date, withdrawal_date,
        first_year, greatest(first_year, {_school_year("coalesce(withdrawal_date, submitted_at::date)")}) AS last_year,
        CASE WHEN summer THEN make_date(extract(year FROM coalesce(enrollment_date, withdrawal_date))::int, 8, 31) END
            AS summer_ends
    FROM (
        SELECT record.*, enrollment.district_id, enrollment_date, withdrawal_date,
            coalesce(district_of_residence, enrollment.district_id) AS residence,
            coalesce({_school_year("enrollment_date")}, course.year, {_school_year("withdrawal_date")}) AS first_year,
            coalesce(enrollment_type = 'SUMMER_MEP', false) OR coalesce(course.summer, false) AS summer
        FROM record JOIN enrollments AS enrollment USING (state_record_id)
        LEFT JOIN LATERAL (
            SELECT max(academic_year_end)::int AS year, bool_and(term_type IS NOT DISTINCT FROM '0833') AS summer
            FROM courses WHERE courses.state_record_id = enrollment.state_record_id
                AND enrollment_position = enrollment.position
        ) AS course ON true
    ) AS dated
), moved AS MATERIALIZED (
    SELECT student_id, state_record_id, state, submitted_at, coalesce(to_state, state) AS to_state,
        qualifying_arrival_date AS day
    FROM record JOIN qualifying_moves USING (state_record_id) WHERE qualifying_arrival_date IS NOT NULL
)
"""  # noqa: S608 (numbers and expressions of the hub's own)
"""What the states report of the children: `kept` are the clocks that there are, `sent` all uploads that are known."""

_TERMS = f"""
, withdrawal AS (
    SELECT state_record_id, state, first_sent, coalesce(enrollment_date, withdrawal_date) AS of,
        max(withdrawal_date) AS day, max(district_id) AS district_id
    FROM enrolled
    WHERE withdrawal_date
        < coalesce(summer_ends, make_date({_school_year("withdrawal_date")}, 6, 30)) - {TERM_TAIL_DAYS}
    GROUP BY state_record_id, state, first_sent, of
), term AS (
    SELECT state_record_id, state, first_sent, ends, max(least(ends, withdrawal_date)) AS day,
        max(district_id) AS district_id
    FROM enrolled
    CROSS JOIN LATERAL (
        SELECT summer_ends AS ends WHERE summer_ends IS NOT NULL
        UNION ALL
        SELECT make_date(year, 6, 30) FROM generate_series(first_year, last_year) AS year WHERE summer_ends IS NULL
    ) AS each
    WHERE (withdrawal_date IS NULL OR withdrawal_date >= ends - {TERM_TAIL_DAYS})
    GROUP BY state_record_id, state, first_sent, ends
)
"""  # noqa: S608 (numbers and expressions of the hub's own)

_MOVES = """
, holder AS (
    SELECT DISTINCT ON (student_id, state) student_id, state, state_record_id, first_sent
    FROM record ORDER BY student_id, state, first_sent, state_record_id
), expected AS (
    SELECT reported.student_id, to_state, day,
        coalesce(min(asked.state_record_id), min(reported.state_record_id)) AS state_record_id,
        min(submitted_at) AS told, bool_or(qualifies) AS qualifies
    FROM (
        SELECT student_id, to_state, day, state_record_id, submitted_at, true AS qualifies
        FROM moved WHERE to_state <> state
        UNION ALL
        SELECT record.student_id, notice.to_state, coalesce(notice.expected_date, notice.sent_at::date),
            min(record.state_record_id), notice.sent_at, false
        FROM record JOIN students AS named ON named.current_id = record.student_id
        JOIN move_notices AS notice ON notice.student_id = named.student_id
        WHERE notice.account_id IS NOT NULL AND notice.to_state <> notice.from_state
        GROUP BY record.student_id, notice.notice_id
    ) AS reported
    LEFT JOIN kept AS asked ON asked.student_id = reported.student_id AND asked.occasion = to_state || ':' || day
        AND asked.held AND asked.item_id IS NOT NULL
    GROUP BY reported.student_id, to_state, day
), eligible AS (
    SELECT student_id, to_state, min(day) AS day FROM moved GROUP BY student_id, to_state
), activity AS MATERIALIZED (
    SELECT *, coalesce(residence, lead(residence) OVER stay, lag(residence) OVER stay) AS lives
    FROM (
        SELECT student_id, state_record_id, state, submitted_at, residence, enrollment_date AS day
        FROM enrolled JOIN record USING (state_record_id, student_id, state) WHERE enrollment_date IS NOT NULL
        UNION ALL
        SELECT student_id, state_record_id, state, submitted_at, NULL, day FROM moved WHERE to_state = state
    ) AS dated
    WINDOW stay AS (PARTITION BY state_record_id ORDER BY day, residence NULLS FIRST)
), step AS (
    SELECT *, lag(state) OVER way AS from_state, lag(state_record_id) OVER way AS from_record,
        lag(lives) OVER way AS from_residence
    FROM activity WINDOW way AS (PARTITION BY student_id ORDER BY day, state_record_id, residence)
), within AS (
    SELECT *, lag(state) OVER way AS from_state, lag(state_record_id) OVER way AS from_record,
        lag(residence) OVER way AS from_residence, lag(day) OVER way AS from_day
    FROM activity WHERE residence IS NOT NULL
    WINDOW way AS (PARTITION BY student_id ORDER BY day, state_record_id, residence)
), change AS (
    SELECT *, row_number() OVER (PARTITION BY from_record, state_record_id ORDER BY day, residence) AS nth
    FROM (
        SELECT student_id, from_record, from_state, from_residence, state_record_id, state, submitted_at,
            lives AS residence, day
        FROM step WHERE from_state <> state
        UNION ALL
        SELECT student_id, from_record, from_state, from_residence, state_record_id, state, submitted_at, residence, day
        FROM within WHERE from_state = state AND from_residence <> residence AND from_day < day AND NOT EXISTS (
            SELECT FROM activity AS between_them WHERE between_them.student_id = within.student_id
                AND between_them.state <> within.state AND between_them.day BETWEEN within.from_day AND within.day)
    ) AS changes
), residence AS (
    SELECT change.*, coalesce(begun.start_at, sighted.at, CASE WHEN relinked THEN $3 ELSE change.submitted_at END)
        AS start_at
    FROM change JOIN child USING (student_id)
    LEFT JOIN clocks AS begun ON begun.state_record_id = from_record AND begun.kind = 'CHANGE_OF_RESIDENCE'
        AND begun.occasion = change.state_record_id || ':' || nth
    LEFT JOIN (SELECT state_record_id, min(at) AS at FROM taken GROUP BY state_record_id) AS sighted
        ON sighted.state_record_id = change.state_record_id
)
"""

_WANTED = f"""
, wanted AS (
    SELECT 'FIRST_MDES' AS kind, state, state_record_id, '' AS occasion, day::timestamp AT TIME ZONE 'UTC' AS start_at,
        first_sent AS met_at, NULL::text AS district_id, NULL::bigint AS other_record_id,
        NULL::text AS other_district_id, true AS new
    FROM eligible JOIN holder USING (student_id) WHERE to_state = state
    UNION ALL
    SELECT 'FIRST_MDES', to_state, state_record_id, to_state || ':' || day, day::timestamp AT TIME ZONE 'UTC', NULL,
        NULL, NULL, NULL, day >= told::date - {NEWS_DAYS}
    FROM expected WHERE qualifies AND NOT EXISTS (
        SELECT FROM holder WHERE holder.student_id = expected.student_id AND holder.state = to_state)
    UNION ALL
    SELECT 'ENROLLMENT', to_state, expected.state_record_id, to_state || ':' || day,
        day::timestamp AT TIME ZONE 'UTC',
        min(greatest(sent.at, day::timestamp AT TIME ZONE 'UTC')) FILTER (
            WHERE enrollment_date IS NOT NULL AND (withdrawal_date IS NULL OR withdrawal_date >= day)),
        NULL, NULL, NULL, day >= told::date - {NEWS_DAYS}
    FROM expected
    LEFT JOIN enrolled ON enrolled.student_id = expected.student_id AND enrolled.state = to_state
    LEFT JOIN sent ON sent.state_record_id = enrolled.state_record_id
    GROUP BY to_state, expected.state_record_id, day, told
    UNION ALL
    SELECT 'WITHDRAWAL_UPDATE', state, state_record_id, of::text, day::timestamp AT TIME ZONE 'UTC',
        min(sent.at) FILTER (WHERE sent.at >= day::timestamp AT TIME ZONE 'UTC'), district_id, NULL, NULL, NULL
    FROM withdrawal JOIN sent USING (state_record_id, state)
    GROUP BY state, state_record_id, of, day, district_id
    UNION ALL
    SELECT 'TERM_END_UPDATE', state, state_record_id, ends::text, coalesce(day, ends)::timestamp AT TIME ZONE 'UTC',
        min(sent.at) FILTER (WHERE sent.at >= coalesce(day, ends)::timestamp AT TIME ZONE 'UTC'),
        district_id, NULL, NULL, NULL
    FROM term JOIN sent USING (state_record_id, state)
    GROUP BY state, state_record_id, ends, day, district_id
    UNION ALL
    SELECT 'CHANGE_OF_RESIDENCE', from_state, from_record, residence.state_record_id || ':' || nth, start_at,
        min(sent.at) FILTER (WHERE sent.at > start_at OR (sent.at = start_at AND from_state <> residence.state)),
        from_residence, residence.state_record_id, residence.residence, day >= start_at::date - {NEWS_DAYS}
    FROM residence LEFT JOIN sent ON sent.student_id = residence.student_id AND sent.state = from_state
    GROUP BY from_state, from_record, residence.state_record_id, residence.state, nth, start_at, from_residence,
        residence.residence, day
)
"""  # noqa: S608 (numbers and expressions of the hub's own)

# A clock that was met keeps when it was due, whatever the state chooses later.
_DUE = """
, reckoned AS (
    SELECT wanted.*, kept.clock_id, kept.start_at AS kept_start, kept.due_at AS kept_due, kept.met_at AS kept_met,
        (kept.district_id, kept.other_record_id, kept.other_district_id)
            IS NOT DISTINCT FROM (wanted.district_id, wanted.other_record_id, wanted.other_district_id) AS alike,
        coalesce(policy.value::int, law.amount) AS amount, law.working
    FROM wanted JOIN law USING (kind)
    LEFT JOIN state_policies AS policy ON policy.state = wanted.state::char(2) AND policy.policy = law.policy
    LEFT JOIN kept USING (state_record_id, kind, occasion)
), due AS (
    SELECT kind, state, state_record_id, occasion, start_at, clock_id, kept_start, kept_due, kept_met, alike,
        district_id, other_record_id, other_district_id, new,
        CASE WHEN kind <> 'FIRST_MDES' AND kept_met >= start_at THEN least(kept_met, met_at) ELSE met_at END AS met_at,
        CASE
            WHEN kept_met IS NOT NULL AND kept_start = start_at THEN kept_due
            WHEN kind = 'CHANGE_OF_RESIDENCE' THEN start_at + (last_day - (start_at AT TIME ZONE 'UTC')::date)
                * interval '1 day'
            ELSE (last_day + time '23:59:59') AT TIME ZONE 'UTC'
        END AS due_at
    FROM reckoned
    CROSS JOIN LATERAL (SELECT CASE WHEN NOT working THEN (start_at AT TIME ZONE 'UTC')::date + amount ELSE (
        SELECT day FROM working_days AS works
        WHERE works.state = reckoned.state::char(2) AND works.day > (start_at AT TIME ZONE 'UTC')::date
        ORDER BY day OFFSET amount - 1 LIMIT 1) END AS last_day) AS counted
), gone AS (
    DELETE FROM clocks USING kept WHERE clocks.clock_id = kept.clock_id AND (kept.held OR kept.met_at IS NULL)
        AND NOT EXISTS (SELECT FROM wanted WHERE (wanted.state_record_id, wanted.kind, wanted.occasion)
            = (kept.state_record_id, kept.kind, kept.occasion))
    RETURNING clocks.clock_id
), changed AS (
    UPDATE clocks SET state = due.state, start_at = due.start_at, due_at = due.due_at, met_at = due.met_at,
        district_id = due.district_id, other_record_id = due.other_record_id,
        other_district_id = due.other_district_id
    FROM due WHERE clocks.clock_id = due.clock_id AND due.due_at IS NOT NULL AND (NOT alike
        OR (due.start_at, due.due_at, due.met_at) IS DISTINCT FROM (kept_start, kept_due, kept_met))
    RETURNING clocks.clock_id
), made AS (
    INSERT INTO clocks (kind, state, state_record_id, occasion, start_at, due_at, met_at, district_id,
        other_record_id, other_district_id)
    SELECT kind, due.state, state_record_id, occasion, start_at, due_at, met_at, district_id, other_record_id,
        other_district_id
    FROM due JOIN record USING (state_record_id)
    WHERE clock_id IS NULL AND due_at IS NOT NULL AND coalesce(new, due_at >= first_sent)
        AND (other_record_id IS DISTINCT FROM state_record_id OR start_at > first_sent)
    RETURNING clock_id
)
SELECT (SELECT count(*) FROM made) AS made, (SELECT count(*) FROM changed) AS changed,
    (SELECT count(*) FROM gone) AS gone
"""

COMPUTE = _REPORTED + _TERMS + _MOVES + _WANTED + _DUE
"""Takes state records with the moments of the uploads that named them ($1, $2; null: something else changed), now ($3),
and the lengths ($4 to $7: kind, policy, law, whether in working days). Answers how many clocks were made, changed and
are gone."""
