"""The chat service beside the same handler in FastAPI."""
