-- Who is named in a message, and how much of a room each member wants to hear.

alter table members add column level text not null default 'all'; -- what counts for badges and notifications: 'all', 'mentions' or 'none'

create table mentions (
    room_id bigint not null references rooms (id),
    seq bigint not null,             -- of the message
    user_id bigint not null references users (id), -- a member who was there when it was stored
    primary key (room_id, seq, user_id)
);
create index mentions_by_user on mentions (user_id, room_id, seq);
