"""The screens: one file each. A screen shows state and emits commands; it never calls the network or the disk."""
