"""Schema changes, each a numbered step; run by ``store/migrate.py`` when the record is opened."""
