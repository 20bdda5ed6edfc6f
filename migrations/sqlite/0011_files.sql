-- Files: what people upload, and to which message it belongs. The bytes lie in the data folder, below `files`.

create table uploads (
    id blob primary key,             -- the client's id for it, 16 bytes: creating it twice creates one
    user_id bigint not null references users (id), -- who uploads it
    room_id bigint not null references rooms (id), -- and for which room
    name text not null,              -- as it was called, without folders and control characters
    announced bigint not null,       -- bytes that are to come
    received bigint not null,        -- of those, how many are safely on disk
    size bigint,                     -- bytes as they are kept; null: it is not whole yet
    media_type text,                 -- by what its first bytes say; null as long
    width bigint,                    -- of an image, as it is shown
    height bigint,
    has_thumbnail boolean not null default false,
    touched_at_ms bigint not null,   -- when something of it came last
    seq bigint,                      -- the message that it belongs to; null: it was not sent yet
    place bigint not null default 0  -- its place among the message's files
) without rowid;
create unique index uploads_by_message on uploads (room_id, seq, place) where seq is not null;
create index uploads_unsent on uploads (user_id, touched_at_ms) where seq is null;

-- Files whose bytes are to be removed: written in the transaction that takes the row above away.
create table files_gone (
    id blob primary key
) without rowid;
