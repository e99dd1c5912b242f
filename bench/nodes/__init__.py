"""Many nodes of one database."""
