"""Rules of the house, said once and checked for everything."""
