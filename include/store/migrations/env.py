"""Alembic's entry point. The connection comes from `include.store.migrate`, already in its transaction, lock held."""

from __future__ import annotations

from alembic import context

context.configure(connection=context.config.attributes["connection"], transaction_per_migration=False)
with context.begin_transaction():
    context.run_migrations()
