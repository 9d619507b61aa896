"""Every widget with sample data, for the gallery and for tests that look at all of them. One kind of widget a file."""
