"""How soon the program is at work."""
