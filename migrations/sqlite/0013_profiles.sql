-- Profiles: what people show of themselves besides their name.

alter table users add column avatar blob;                           -- the id of their picture among the files; null: none
alter table users add column status text not null default '';      -- what they say of themselves
alter table users add column profile_at_ms bigint not null default 0; -- when name, picture or status last changed; only ever later
create unique index users_by_avatar on users (avatar) where avatar is not null;
create index users_by_change on users (profile_at_ms) where profile_at_ms > 0;
