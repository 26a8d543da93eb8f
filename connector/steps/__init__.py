"""The steps of a run, a module each: settle, read, plan, apply, mail. They know the Protocols of `core` and no edge."""
