-- Rooms of more than two people: titles, what happens to them as events, muting and bans from a room; who blocked whom.

alter table rooms add column title text not null default ''; -- as it was typed; '' in a direct room
alter table rooms add column title_key text;      -- what is compared when titles are: see `rooms/titles.rs`; null in a direct room
alter table rooms add column topic text not null default '';
alter table rooms add column is_public boolean not null default false; -- listed, and anybody may join
alter table rooms add column archived_at_ms bigint; -- null: open; else it can be read only
create unique index rooms_by_public_title on rooms (title_key) where is_public and archived_at_ms is null;

-- A row of members is there as long as somebody is one; the intervals stay.
alter table members add column joined_seq bigint not null default 0; -- the event with which this membership began; 0: the room's start

alter table events add column about_id bigint references users (id); -- who joined, left, was removed or has another role

-- Who may not come into a room.
create table room_bans (
    room_id bigint not null references rooms (id),
    user_id bigint not null references users (id),
    by_id bigint not null references users (id),
    at_ms bigint not null,
    primary key (room_id, user_id)
) without rowid;

-- Who may read and not write in a room; leaving and coming back does not change it.
create table room_mutes (
    room_id bigint not null references rooms (id),
    user_id bigint not null references users (id),
    by_id bigint not null references users (id),
    at_ms bigint not null,
    primary key (room_id, user_id)
) without rowid;

-- Who blocked whom: a directed record that cuts both ways.
create table blocks (
    user_id bigint not null references users (id),  -- who blocked
    other_id bigint not null references users (id), -- whom
    created_at_ms bigint not null,
    primary key (user_id, other_id)
) without rowid;
create index blocks_by_other on blocks (other_id, user_id);
