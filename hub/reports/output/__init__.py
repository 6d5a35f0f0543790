"""Reports as files and pictures. `write` chooses the format by the file's ending; `rendered` gives the bytes."""

from hub.reports.output.formats import Format, format_of, rendered, write

__all__ = ["Format", "format_of", "rendered", "write"]
