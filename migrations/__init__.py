"""The history of our tables: `connector.migrations` in a wheel, run by `connector.store.schema`."""
