"""Reads an article, finds what it claims of magnesium, and says what of that holds."""
