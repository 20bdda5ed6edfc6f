-- Programs: what they stay signed in with, what opens a socket once, and what access tokens are signed with.

create table refresh_tokens (
    session_id bigint primary key references sessions (id) on delete cascade, -- the family is this session, and ends with it
    secret_hash blob not null,  -- SHA-256 of the secret half of the token that is to be shown next
    before_hash blob,           -- of the one that was shown last; null: none has been
    salt blob,                  -- makes the next secret of the last one, for whoever shows that again at once
    renewed_at_ms bigint not null
);

create table socket_tickets (
    ticket_hash blob primary key, -- SHA-256 of the ticket's 32 random bytes
    session_id bigint not null references sessions (id) on delete cascade,
    until_ms bigint not null,   -- when the access token that asked for it ends, and the socket with it
    expires_at_ms bigint not null
) without rowid;
create index socket_tickets_by_session on socket_tickets (session_id);
create index socket_tickets_by_expiry on socket_tickets (expires_at_ms);

create table token_keys (
    id integer primary key autoincrement, -- the last one signs
    secret blob not null,       -- 32 random bytes
    made_at_ms bigint not null
);
