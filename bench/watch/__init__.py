"""Measures how quickly an edit goes live."""
