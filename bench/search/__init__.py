"""The search in a visitor's own messages."""
