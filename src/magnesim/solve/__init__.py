"""Turns the equations into fast code and runs it: whole days, many people, the periodic steady state."""
