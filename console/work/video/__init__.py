"""Pictures of cameras: fetched and decoded in child processes, handed over in shared memory, newest first."""
