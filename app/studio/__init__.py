"""The studio (*Werkplaats*): a workshop for co-creation, apart from the person's program."""
