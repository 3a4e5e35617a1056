"""The body model: one file an organ, fluxes between compartments, a table of parameters with sources."""
