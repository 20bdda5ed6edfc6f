-- What becomes of a message: edited, answered, reacted to, deleted. The log holds each of these as an event; here is the message as
-- it stands after all of them, so that nobody has to read the log for it.

alter table events add column reply_seq bigint;    -- of a message: the message of the same room that it answers; null: none
alter table events add column edited_at_ms bigint; -- of a message: when its author last changed the text; null: never
alter table events add column changed_seq bigint;  -- of a message: the last event that is folded into it; null: none

create table reactions (
    room_id bigint not null references rooms (id),
    seq bigint not null,             -- of the message
    emoji text not null,             -- one, fully qualified
    user_id bigint not null references users (id),
    at_seq bigint not null,          -- the event that brought it
    emoji_seq bigint not null,       -- the event that brought the emoji: it keeps its place while anybody reacts with it
    primary key (room_id, seq, emoji, user_id)
) without rowid;
create index reactions_by_user on reactions (user_id, room_id, at_seq);

-- What a message said before it was edited.
create table earlier_texts (
    room_id bigint not null references rooms (id),
    seq bigint not null,             -- of the message
    edit_seq bigint not null,        -- the event that put another text in its place
    content text not null,
    at_ms bigint not null,           -- since when it was said so
    primary key (room_id, seq, edit_seq)
) without rowid;

-- Deleted messages have had rows here until now.
delete from mentions
where exists (
    select 1
    from events
    where events.room_id = mentions.room_id
    and events.seq = mentions.seq
    and events.content is null
);
