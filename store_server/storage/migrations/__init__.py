"""How the database came to its present form, one file a step; run by Database.migrate()."""
