"""The steps of a run and their order: settle, read, plan, apply, mail, undo. It knows the ports and no edge."""
