"""The search in what a visitor wrote."""
