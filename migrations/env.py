"""What Alembic runs for every command: the models it compares with, on the connection that hub.store.migrate made."""

from alembic import context

from hub.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    on_version_apply=context.config.attributes.get("applied"),
    compare_type=True,
    compare_server_default=True,
)
with context.begin_transaction():
    context.run_migrations()
