"""What only an operator does: tables, admins, keys, hosts, scheduler, doctor."""
