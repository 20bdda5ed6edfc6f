-- What can be found: messages in the order of time, and the pairs of characters in them. All of it can be made anew from the log.

-- A long history takes longer than a page may.
set local statement_timeout = 0;

create table search_entries (
    id bigint generated always as identity primary key, -- grows with time: results come in this order, the newest first
    room_id bigint not null,
    seq bigint not null,             -- of a message that has a text
    is_waiting boolean not null default true, -- what the index holds is not, or not any more, of its text
    unique (room_id, seq)
);
create index search_waiting on search_entries (id) where is_waiting;

-- By the ids above; see `search/tokens.rs`. The texts themselves are not in it.
create table search_index (
    id bigint primary key references search_entries (id) on delete cascade,
    tokens tsvector not null
);
create index search_by_tokens on search_index using gin (tokens);

-- What was said before: it comes into the index in the background.
insert into search_entries (room_id, seq)
select room_id, seq
from events
where kind = 'message'
and content is not null
order by at_ms, room_id, seq;
