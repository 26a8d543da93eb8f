"""The decisions, as pure functions: values in, values out. `decide` puts the others together."""
