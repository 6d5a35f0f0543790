"""Snapshots: the columnar picture of the facts, made from PostgreSQL, kept by date and never changed."""
