"""Tests by kind; a name of a test is a sentence that holds."""
