-- What a person saw and wrote, and nothing about the person: no levels, kinds, beliefs or events.
-- Times are microseconds since 1970 in UTC.
CREATE TABLE conversation (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    started INTEGER NOT NULL,
    last INTEGER NOT NULL
) STRICT;

-- `position` keeps the order in which things were said, also when a clock was set back.
CREATE TABLE message (
    position INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    conversation TEXT NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
    role TEXT NOT NULL CHECK (role IN ('user', 'assistant')),
    at INTEGER NOT NULL,
    active_seconds REAL NOT NULL CHECK (active_seconds >= 0)
) STRICT;
CREATE INDEX message_of_conversation ON message (conversation);
CREATE INDEX message_at ON message (at);

CREATE TABLE block (
    message INTEGER NOT NULL REFERENCES message (position) ON DELETE CASCADE,
    place INTEGER NOT NULL,
    form TEXT NOT NULL CHECK (form IN ('text', 'note', 'box', 'question')),
    text TEXT NOT NULL,
    PRIMARY KEY (message, place)
) STRICT;

CREATE TABLE draft (
    conversation TEXT PRIMARY KEY REFERENCES conversation (id) ON DELETE CASCADE,
    text TEXT NOT NULL
) STRICT;

CREATE TABLE setting (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

-- Times and active seconds only; one row.
CREATE TABLE usage (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    value TEXT NOT NULL
) STRICT;
