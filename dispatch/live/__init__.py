"""What we know now: reports, ordered checks, the picture and how fresh it is."""
