"""From who may come to who should: cover, lateness and price, weighed by an agency's own figures."""
