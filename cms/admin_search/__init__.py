"""Wagtail's search in the admin: that of the database in use."""

from modelsearch.backends.database import SearchBackend as TheDatabases


def SearchBackend(params: dict[str, object]) -> object:  # noqa: N802 - the name that Wagtail looks for
    usual: object = TheDatabases(params)
    if type(usual).__name__ != "SQLiteSearchBackend":
        return usual
    from cms.admin_search.on_sqlite import OnSQLite  # which cannot be imported where another is the database

    return OnSQLite(params)
