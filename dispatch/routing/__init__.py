"""How long it takes and who is where: road graph, travel times, jurisdiction look-up."""
