"""The sub-commands of `hub`, one file each, named like the first word of the command.

A file defines `command`, a function, or `group`, a typer.Typer with commands of its own; hub.cli finds it by name. It
raises HubError for what it refuses, and typer.Exit(1) when an upload has findings of severity FILE.
"""
