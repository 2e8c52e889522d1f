"""What every topic shares to show a result: words, columns, tables, figures, and what is kept of them."""
