"""The three questions in SQL as a person would write it for speed: the same JSON as the hub's, nothing else."""

_SPEAKS = """NOT EXISTS (
    SELECT FROM state_records AS other
    WHERE other.student_id = record.student_id AND other.status = 'ACTIVE'
        AND other.state_record_id <> record.state_record_id
        AND (other.latest_activity, other.submitted_at, record.state, record.state_record_id)
            > (record.latest_activity, record.submitted_at, other.state, other.state_record_id)
)"""

RECORD = """
SELECT row_to_json(answer) FROM (
    SELECT student.msix_id AS "msixId", header.first_name AS "firstName", header.middle_name AS "middleName",
        header.last_name1 AS "lastName1", header.last_name2 AS "lastName2", header.sex,
        header.birth_date AS "birthDate",
        (SELECT json_agg(r) FROM (
            SELECT state, state_student_id AS "stateStudentId", submitted_at AS "submittedAt" FROM state_records
            WHERE student_id = student.student_id AND status = 'ACTIVE'
            ORDER BY latest_activity DESC, submitted_at DESC, state, state_record_id
        ) AS r) AS "stateRecords",
        coalesce((SELECT json_agg(r) FROM (
            SELECT qualifying_arrival_date AS "qualifyingArrivalDate", from_city AS "fromCity",
                from_state AS "fromState", to_city AS "toCity", to_state AS "toState",
                eligibility_end AS "eligibilityEnd", record.state AS "reportedBy"
            FROM state_records AS record JOIN qualifying_moves AS child USING (state_record_id)
            WHERE record.student_id = student.student_id AND record.status = 'ACTIVE'
            ORDER BY qualifying_arrival_date DESC NULLS LAST, state_record_id, child.position
        ) AS r), '[]') AS "qualifyingMoves",
        coalesce((SELECT json_agg(r) FROM (
            SELECT enrollment_date AS "enrollmentDate", withdrawal_date AS "withdrawalDate",
                enrollment_type AS "enrollmentType", school_name AS "schoolName", grade_level AS "gradeLevel",
                record.state AS "reportedBy",
                coalesce((SELECT json_agg(c) FROM (
                    SELECT title, subject_area AS "subjectArea", course_type AS "courseType",
                        academic_year_begin AS "academicYearBegin", term_type AS "termType",
                        clock_hours::text AS "clockHours", grade_to_date AS "gradeToDate",
                        credits_granted::text AS "creditsGranted", final_grade AS "finalGrade",
                        clock_hours IS NOT NULL AND grade_to_date IS NOT NULL AND final_grade IS NULL
                            AS "partialCredit"
                    FROM courses AS course
                    WHERE course.state_record_id = child.state_record_id AND enrollment_position = child.position
                    ORDER BY academic_year_begin DESC NULLS LAST, course.position
                ) AS c), '[]') AS courses
            FROM state_records AS record JOIN enrollments AS child USING (state_record_id)
            WHERE record.student_id = student.student_id AND record.status = 'ACTIVE'
            ORDER BY enrollment_date DESC NULLS LAST, state_record_id, child.position
        ) AS r), '[]') AS enrollments,
        coalesce((SELECT json_agg(r) FROM (
            SELECT title, content, administration_month AS "administrationMonth", score, record.state AS "reportedBy"
            FROM state_records AS record JOIN assessments AS child USING (state_record_id)
            WHERE record.student_id = student.student_id AND record.status = 'ACTIVE'
            ORDER BY administration_month DESC NULLS LAST, state_record_id, child.position
        ) AS r), '[]') AS assessments,
        coalesce((SELECT json_agg(r) FROM (
            SELECT kind, reported_on AS "reportedOn", state AS "reportedBy"
            FROM (
                SELECT DISTINCT ON (state) state_record_id, state FROM state_records
                WHERE student_id = student.student_id AND status = 'ACTIVE'
                ORDER BY state, latest_enrollment DESC NULLS LAST, state_record_id DESC
            ) AS record JOIN health_alerts AS child USING (state_record_id)
            ORDER BY state_record_id, kind
        ) AS r), '[]') AS "healthAlerts"
    FROM students AS asked
    JOIN students AS student ON student.student_id = asked.current_id
    JOIN LATERAL (
        SELECT state_record_id FROM state_records
        WHERE student_id = student.student_id AND status = 'ACTIVE'
        ORDER BY latest_activity DESC, submitted_at DESC, state, state_record_id LIMIT 1
    ) AS speaking ON true
    JOIN demographics AS header USING (state_record_id)
    WHERE asked.msix_id = $1
) AS answer
"""

PAGE = f"""
WITH page AS MATERIALIZED (
    SELECT record.student_id, state_record_id, last_name1_key, first_name_key
    FROM demographics JOIN state_records AS record USING (state_record_id)
    WHERE (last_name1_key, first_name_key) >= ($1::text, $2::text)
        AND (last_name1_key, first_name_key, record.student_id) > ($1::text, $2::text, $3::bigint)
        AND record.status = 'ACTIVE' AND {_SPEAKS}
    ORDER BY last_name1_key, first_name_key, record.student_id LIMIT 50
)
SELECT coalesce(json_agg(answer), '[]') FROM (
    SELECT msix_id AS "msixId", header.first_name AS "firstName", header.last_name1 AS "lastName1",
        header.birth_date AS "birthDate",
        coalesce((SELECT json_agg(r) FROM (
            SELECT enrollment_date AS "enrollmentDate", withdrawal_date AS "withdrawalDate",
                school_name AS "schoolName", grade_level AS "gradeLevel", record.state AS "reportedBy",
                coalesce((SELECT json_agg(c) FROM (
                    SELECT title, subject_area AS "subjectArea", course_type AS "courseType",
                        credits_granted::text AS "creditsGranted", final_grade AS "finalGrade"
                    FROM courses AS course
                    WHERE course.state_record_id = child.state_record_id AND enrollment_position = child.position
                    ORDER BY academic_year_begin DESC NULLS LAST, course.position
                ) AS c), '[]') AS courses
            FROM state_records AS record JOIN enrollments AS child USING (state_record_id)
            WHERE record.student_id = page.student_id AND record.status = 'ACTIVE'
            ORDER BY enrollment_date DESC NULLS LAST, state_record_id, child.position
        ) AS r), '[]') AS enrollments,
        coalesce((SELECT json_agg(r) FROM (
            SELECT title, administration_month AS "administrationMonth", score, record.state AS "reportedBy"
            FROM state_records AS record JOIN assessments AS child USING (state_record_id)
            WHERE record.student_id = page.student_id AND record.status = 'ACTIVE'
            ORDER BY administration_month DESC NULLS LAST, state_record_id, child.position
        ) AS r), '[]') AS assessments
    FROM page JOIN students USING (student_id) JOIN demographics AS header USING (state_record_id)
    ORDER BY page.last_name1_key, page.first_name_key, page.student_id
) AS answer
"""

SEARCH = """
SELECT coalesce(json_agg(answer), '[]') FROM (
    SELECT msix_id AS "msixId", header.first_name AS "firstName", header.middle_name AS "middleName",
        header.last_name1 AS "lastName1", header.last_name2 AS "lastName2", header.sex, header.birth_date AS "birthDate"
    FROM (
        SELECT DISTINCT student_id
        FROM demographics JOIN state_records USING (state_record_id)
        WHERE (last_name1_key >= $1 AND last_name1_key < $2 OR last_name2_key >= $1 AND last_name2_key < $2)
            AND birth_date BETWEEN $3 AND $4 AND status = 'ACTIVE'
    ) AS found
    JOIN students AS student USING (student_id)
    JOIN LATERAL (
        SELECT state_record_id FROM state_records
        WHERE student_id = student.student_id AND status = 'ACTIVE'
        ORDER BY latest_activity DESC, submitted_at DESC, state, state_record_id LIMIT 1
    ) AS speaking ON true
    JOIN demographics AS header USING (state_record_id)
    ORDER BY header.last_name1_key, header.first_name_key, student_id LIMIT 50
) AS answer
"""
