-- Host applications: products with users and things of their own, which have conversations about them here, by API keys.

create table apps (
    id integer primary key autoincrement,
    name text not null unique,  -- 'jobs': its subjects have the namespace 'app:jobs'
    title text not null,        -- what people read: 'Acme Jobs'
    made_at_ms bigint not null
);

-- An account of an application is entered by tokens that the application asks for, and by no name alone. The application has one
-- itself, as the author of what it does in rooms: locked from the beginning like a deleted one, so that nobody finds or enters it.
alter table users add column app_id bigint references apps (id); -- whose account it is; null: no application's
alter table users add column external_id text; -- what the application calls it; '': itself; null: no application's, or deleted
create unique index users_by_external_id on users (app_id, external_id);

create table api_keys (
    id integer primary key autoincrement,
    app_id bigint not null references apps (id),
    label text not null,             -- what the operator knows it by: 'production'
    scopes text not null,            -- 'users tokens': what it may do, with spaces between
    secret_hash blob not null unique, -- SHA-256 of the whole key; the key itself is nowhere
    made_at_ms bigint not null,
    used_at_ms bigint,               -- to the minute; null: never
    revoked_at_ms bigint             -- null: it works
);
create index api_keys_by_app on api_keys (app_id, id);
