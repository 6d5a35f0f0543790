"""The audit trail: what is recorded, how it becomes durable, and how operators read it."""
