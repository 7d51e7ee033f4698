"""The report on a class: rows, numbers, times, and the page that shows them."""
