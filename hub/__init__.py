"""The migrant student data hub: links the states' records of a child into one consolidated record."""
