"""Contacts, move notices and data requests."""
