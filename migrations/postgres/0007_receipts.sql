-- Who is the last to hold or to have read what was said in a room: found without looking at all of its members.

create index members_by_delivered on members (room_id, delivered_seq, user_id);
create index members_by_read on members (room_id, read_seq, user_id);
