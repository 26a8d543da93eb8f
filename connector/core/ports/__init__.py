"""The contracts between the engine and its edges as Protocols: LMS, Paycor, mirror and ledger."""
