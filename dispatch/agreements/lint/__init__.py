"""What is wrong, empty or missing in agreements before anybody needs them: the linter and the gap map."""
