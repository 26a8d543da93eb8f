"""The order of things in a run, written once: settle, read, plan, apply, mail, undo. It knows the ports and no edge."""
