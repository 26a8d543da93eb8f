"""What only an operator does: tables, admins, secret keys, hosts, scheduler, doctor."""
