"""A small, rich country as rows: every null there may be, every status, ties, twins, retired IDs. Always the same.

`people` holds students, records and their demographics, `schooling` what hangs on records, `offices` accounts, links,
uploads, findings, districts and schools, `plant` writes all of it.
"""
