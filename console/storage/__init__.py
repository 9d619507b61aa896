"""What the desk keeps on disk: intents and drafts in its own SQLite, settings beside it. The only part of the console
that knows SQL.
"""
