"""Measured jobs: from a profiler's events to where the time went. Pure values; app.profile_files reads the files."""
