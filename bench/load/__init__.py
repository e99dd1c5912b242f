"""Edits under load: a burst of them, and a small one beside a big one."""
