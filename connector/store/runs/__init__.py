"""SQL about runs: the queue, the lease, the ledger of a plan, reports, undo."""
