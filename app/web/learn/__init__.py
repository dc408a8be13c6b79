"""One feature of the page: routes and templates side by side."""
