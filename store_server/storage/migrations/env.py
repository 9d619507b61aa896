"""Read by Alembic. The connection is handed over by Database.migrate(), which holds the transaction."""

from alembic import context

from store_server.storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata(),
    render_as_batch=True,  # SQLite alters a table by making it anew
    compare_type=True,
)
context.run_migrations()
