"""The pages that the builders are compared with, and the plain loop that only writes files."""
