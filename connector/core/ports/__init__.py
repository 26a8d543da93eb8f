"""The contracts between the engine and its edges: LMS, Paycor, mirror and ledger, as Protocols."""
