"""Alembic's entry: runs the steps on the connection that ``store/migrate.py`` hands over."""

from alembic import context

from dispatch.store.metadata import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
