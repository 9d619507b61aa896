"""A walk through the whole desk on live data, as its own user: for people who look at pictures, and for tests."""
