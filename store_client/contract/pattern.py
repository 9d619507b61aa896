"""What patterns of texts are made of, in words that Python and JSON Schema read alike."""

END = r"$(?!\n)"
"""Of the text: in Python ``$`` alone is also before a line feed that ends it."""
