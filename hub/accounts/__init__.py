"""Accounts: passwords, sign-in and sign-out, sessions, and what must be done before an account works."""
