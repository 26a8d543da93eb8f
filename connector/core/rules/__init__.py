"""The decisions as pure functions: values in, values out. `decide` combines the others."""
