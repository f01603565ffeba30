"""SQLAlchemy Core on SQLite and PostgreSQL: tables, rows, units of work, migrations."""
