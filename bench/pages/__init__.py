"""The pages that both generators build, and the loop that only writes files."""
