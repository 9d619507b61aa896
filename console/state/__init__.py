"""Live state of the desk, owned by the UI thread. Screens read it and listen; only work and the app write it."""
