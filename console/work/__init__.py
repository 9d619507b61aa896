"""All that leaves the UI thread: requests, live data, pictures, the disk. Writes the state, in the UI thread alone."""
