"""Rules in sentences, mirrored to the packages; ``make_*`` modules make what they need."""
