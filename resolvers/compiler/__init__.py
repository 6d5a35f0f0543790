"""The selection compiler: a planned selection becomes one SQL statement that answers in JSON.

`source` says what can be selected from, `arguments` how values get in, `record` and `page` turn selections into
SELECTs, `subjects` says whose data is shown, `statement` is the text with its binder.
"""
