"""The pages of the LMS, one file a subject. `urls` says where each of them is."""
