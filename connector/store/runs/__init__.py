"""SQL about runs: the queue, the lease, stored plans and their rows, the ledger, reports, undo."""
