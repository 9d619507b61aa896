"""Does money move exactly once, whatever breaks? Desks, the store and its bank, on a stage that breaks them by a seed."""
