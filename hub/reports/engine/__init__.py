"""The engine: a question becomes SQL over the facts, runs on DuckDB or PostgreSQL, and fills a raw table."""
