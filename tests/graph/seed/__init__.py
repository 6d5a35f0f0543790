"""A small, rich country as rows: every null there may be, every status, ties, twins, retired IDs. Always the same.

`people` holds students, records and their demographics, `schooling` what hangs on records, `offices` links, uploads,
findings, districts and schools, `accounts` who may sign in and who wants to, `following` clocks, contacts and watches,
`telling` move notices and disputes, `worklist` decisions that are owed and which students they close,
`data_requests` what states ask of each other, `corrections` what parents ask, `notifications` what was told to whom,
 `trail` who did and saw what, `plant` writes all of it.
"""
