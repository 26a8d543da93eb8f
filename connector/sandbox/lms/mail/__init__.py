"""Mail of the built-in LMS: texts and the queue."""
