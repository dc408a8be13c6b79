"""What `serve` is made of: listener, run file, browser, who answers, and the store behind the desk."""
