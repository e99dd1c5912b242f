"""How soon an edit is live."""
