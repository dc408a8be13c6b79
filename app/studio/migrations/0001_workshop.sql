-- One workshop. Times are microseconds since 1970 in UTC. A person is a code name and nothing else.
CREATE TABLE person (
    id TEXT PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    at INTEGER NOT NULL
) STRICT;

-- Whatever was put in: a case, an answer, a choice, a rewrite … `body` is JSON, its shape belongs to the kind.
-- Without a person it is of the program or of the whole group.
CREATE TABLE item (
    position INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    person TEXT REFERENCES person (id),
    at INTEGER NOT NULL,
    body TEXT NOT NULL
) STRICT;
CREATE INDEX item_of_person ON item (person);

-- What an item stands on: when that is withdrawn, so is the item.
CREATE TABLE needs (
    item TEXT NOT NULL REFERENCES item (id) ON DELETE CASCADE,
    needed TEXT NOT NULL REFERENCES item (id) ON DELETE CASCADE,
    PRIMARY KEY (item, needed)
) STRICT;
CREATE INDEX needs_needed ON needs (needed);

CREATE TABLE setting (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;
