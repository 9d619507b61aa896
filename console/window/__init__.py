"""The window: navigation, the bar, the pages before and after signing in, keys and palette."""
