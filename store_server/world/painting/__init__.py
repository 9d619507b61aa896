"""The cameras' pictures: the simulated store drawn in perspective."""
