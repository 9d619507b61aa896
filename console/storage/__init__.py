"""The desk's own SQLite: intents, drafts, preferences. The only part of the console that knows SQL."""
