-- Away: the browsers to which messages are pushed, and what each of them has been told.

create table push_devices (
    id integer primary key autoincrement, -- never given twice
    session_id bigint not null unique references sessions (id) on delete cascade, -- whoever signs out hears nothing more
    user_id bigint not null references users (id),
    endpoint text not null unique,        -- the browser's address at its push service; whoever knows it can ring there
    p256dh blob not null,                 -- the browser's public key: what is pushed is encrypted for it
    auth blob not null,                   -- the secret that goes with it
    created_at_ms bigint not null
);
create index push_devices_by_user on push_devices (user_id);

create table push_notes (
    device_id bigint not null references push_devices (id) on delete cascade,
    room_id bigint not null references rooms (id),
    told_seq bigint not null,             -- the last position that the device was told of; never goes back
    is_shown boolean not null,            -- it may still show that
    primary key (device_id, room_id)
) without rowid;
