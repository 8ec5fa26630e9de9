"""Finds the gap in a sentence and restores the missing word."""
