"""What is shipped: read from the locks and from the installed parts, as an SBOM and as a list of licences."""
