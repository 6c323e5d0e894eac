"""A store for a command that works beside a daemon, or in place of one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from mmod.errors import StoreError
from mmod.interfaces import IStore


@asynccontextmanager
async def opened(store: IStore) -> AsyncIterator[IStore]:
    """Open a store for the block.

    Raises `StoreError` for one whose schema is not that of this mmod: whoever looks must not migrate unasked.
    """
    try:
        outstanding = (await store.schema()).pending
        if outstanding:
            raise StoreError(f"the database needs {len(outstanding)} migrations first: mmod migrate up")
        await store.migrate()
        yield store
    finally:
        await store.close()
