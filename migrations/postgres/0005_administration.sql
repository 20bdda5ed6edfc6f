-- Administration: who did what, addresses that are kept out, accounts and rooms that are deleted, content that is erased.

-- Names are compared byte by byte, as SQLite does, so that those with one beginning lie together in the index.
alter table users alter column username_key type text collate "C";
alter table users alter column display_name_key type text collate "C";
alter table rooms alter column title_key type text collate "C";

alter table users add column deleted_at_ms bigint; -- null: not deleted; whoever is deleted is banned as well
alter table users add column ban_reason text;      -- what the operator wrote, for operators
alter table users add column login_network text;   -- where the last login came from: an address, of IPv6 the /64 that one subscriber has
create index users_by_display_name on users (display_name_key, id);
create index users_operators on users (id) where is_operator;

alter table sessions add column network text; -- where the login came from

-- From where nobody may register or sign in.
create table network_bans (
    network text primary key,
    user_id bigint not null references users (id), -- because of whom
    by_id bigint not null references users (id),
    at_ms bigint not null
);

alter table rooms add column deleted_at_ms bigint;  -- null: not deleted
alter table rooms add column erased_seq bigint not null default 0; -- by age, every message up to here has lost its content
alter table rooms add column told_seq bigint not null default 0;   -- where the last event stands that says that content is gone
alter table rooms add column shown_seq bigint;      -- the last event that shows as a line; null: it is the head
create index rooms_by_title on rooms (title_key, id) where title_key is not null;
create index intervals_by_user on intervals (user_id, room_id);

-- Who did what to whom; never what was said. Written in the transaction that does it.
create table audit (
    id bigint generated always as identity primary key,
    at_ms bigint not null,
    actor_id bigint references users (id), -- null: the command line, or the server by itself
    action text not null,                  -- 'account_banned', 'room_removed', …
    user_id bigint references users (id),  -- to whom
    room_id bigint references rooms (id),  -- where
    detail text not null                   -- a reason, a role, a title, a number; '' without one
);
create index audit_by_actor on audit (actor_id, id);
create index audit_by_user on audit (user_id, id);
create index audit_by_room on audit (room_id, id);

-- Accounts whose deletion is under way: they leave their rooms one after the other, in the order of ids.
create table deletions (
    user_id bigint primary key references users (id),
    room_id bigint not null -- all rooms up to this one are left
);

-- Content that is being erased, part by part.
create table erasures (
    room_id bigint not null references rooms (id),
    user_id bigint not null,  -- whose messages; 0: everybody's
    to_seq bigint not null,   -- those up to here
    done_seq bigint not null, -- done up to here
    count bigint not null,    -- messages that had content
    primary key (room_id, user_id)
);
