-- What a person wrote with a tool. `body` is JSON: the person's own answers by step, and nothing about the person.
CREATE TABLE paper (
    id TEXT PRIMARY KEY,
    tool TEXT NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    created INTEGER NOT NULL,
    changed INTEGER NOT NULL
) STRICT;
