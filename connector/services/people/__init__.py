"""One person at a time: who they are, why they have access or not, and what an admin may settle."""
