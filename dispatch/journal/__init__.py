"""What happened: entries, the chain that holds them, and how a stranger checks it."""
