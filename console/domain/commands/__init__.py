"""What a screen can ask for: one noun a file."""
