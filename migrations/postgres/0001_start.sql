-- The start: accounts, connections, rooms as logs, cursors, revocations. Times are milliseconds since 1970 (UTC).
-- The SQLite folder holds the same tables and columns under the same numbers.

create table meta (
    key text primary key,
    value text not null -- 'epoch': the life of this database; a restored one gets another
);

create table users (
    id bigint generated always as identity primary key, -- never given twice
    username text not null,               -- as it was typed at registration
    username_key text not null unique,    -- in lower case: the name is unique without regard to case
    display_name text not null,
    display_name_key text not null,       -- in lower case, for finding people
    password_hash text,                   -- PHC string of argon2id; null: opened by name alone, if the operator allows it
    is_operator boolean not null,
    created_at_ms bigint not null,
    banned_at_ms bigint,                  -- null: not banned
    last_seen_ms bigint                   -- when the last socket went; null: never here
);

create table sessions (
    id bigint generated always as identity primary key,
    user_id bigint not null references users (id),
    token_hash bytea not null unique, -- SHA-256 of the token's 32 random bytes; the token itself is nowhere
    created_at_ms bigint not null,
    expires_at_ms bigint not null
);
create index sessions_by_user on sessions (user_id);
create index sessions_by_expiry on sessions (expires_at_ms);

-- A directed record; two people are connected when both directions exist.
create table connections (
    user_id bigint not null references users (id),  -- who asked or agreed
    other_id bigint not null references users (id), -- to whom
    created_at_ms bigint not null,
    primary key (user_id, other_id)
);
create index connections_by_other on connections (other_id, user_id);

create table rooms (
    id bigint generated always as identity primary key,
    kind text not null,              -- 'direct'
    direct_key text unique,          -- 'smaller id:larger id' of the two people of a direct room, else null
    head bigint not null,            -- the last seq given; raised in the transaction that stores the event
    members_rev bigint not null,     -- raised with every change of members or intervals
    created_at_ms bigint not null,
    active_at_ms bigint not null     -- when the last event happened, at first the creation
);

create table members (
    room_id bigint not null references rooms (id),
    user_id bigint not null references users (id),
    role text not null,              -- 'member'
    delivered_seq bigint not null,   -- a device holds everything up to here; never goes back
    read_seq bigint not null,        -- the user has read everything up to here; never goes back
    primary key (room_id, user_id)
);
create index members_by_user on members (user_id, room_id);

-- What a member may see of a room's log.
create table intervals (
    room_id bigint not null references rooms (id),
    user_id bigint not null references users (id),
    from_seq bigint not null,        -- the first visible seq
    to_seq bigint,                   -- the last visible seq; null: still a member
    primary key (room_id, user_id, from_seq)
);

create table events (
    room_id bigint not null references rooms (id),
    seq bigint not null,             -- 1, 2, 3, … without holes
    author_id bigint not null references users (id),
    cid bytea not null,               -- the client's id, 16 bytes
    kind text not null,              -- 'message'
    message_type text,               -- of a message: 'text'
    content text,                    -- of a message: its text
    target_seq bigint,               -- the event that this one is about
    content_hash bytea not null,      -- SHA-256 over what was sent: tells a retry from another use of the same cid
    at_ms bigint not null,           -- when it was stored; no order depends on it
    primary key (room_id, seq),
    unique (cid, author_id)          -- cids grow with time: in this order the index grows at its end
);

-- Every forward move of a cursor with its time: tells when a message was delivered and read.
create table cursor_moves (
    room_id bigint not null references rooms (id),
    user_id bigint not null references users (id),
    cursor text not null,            -- 'delivered' or 'read'
    seq bigint not null,
    at_ms bigint not null,
    primary key (room_id, user_id, cursor, seq)
);

-- Ended sessions, read by every server so that it closes the sockets.
create table revocations (
    id bigint generated always as identity primary key,
    user_id bigint not null references users (id),
    session_id bigint,               -- null: all sessions of the user
    reason text not null,            -- 'logout', 'reset' or 'banned'
    at_ms bigint not null
);
create index revocations_by_time on revocations (at_ms);
