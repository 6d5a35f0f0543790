"""Reports: what may be asked of the whole country, from snapshots of facts that name no child.

`snapshot` makes the columnar picture, `engine` asks it, `disclosure` protects what comes out, `output` writes it to
files. They meet in `table`. Nothing here reads a table of students while it answers: only the facts of a snapshot.
"""
