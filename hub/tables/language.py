"""The languages that the hub's texts and mails are in."""

LANGUAGES = {"EN": "English.", "ES": "Spanish."}
