"""The migrations in order. One that was published is never changed: the next one corrects it."""
