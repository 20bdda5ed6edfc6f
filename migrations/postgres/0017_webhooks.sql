-- Webhooks: what happens in an application's conversations is told to a server of its own. What waits to be told is the log after a
-- cursor, so that nothing is stored for it with a message.

create table webhooks (
    id bigint generated always as identity primary key,
    app_id bigint not null references apps (id) on delete cascade,
    url text not null,
    secret text not null,            -- 'whsec_…': each request is signed with it, so it is kept as it is
    topics text not null,            -- 'messages bids members': of what it is told, with spaces between
    made_at_ms bigint not null,
    paused_at_ms bigint,             -- null: it is told
    paused_why text,                 -- 'asked', 'gone' or 'failing'; null: it is told
    failures bigint not null,        -- requests in a row that were not taken
    failing_since_ms bigint,         -- since when; null: the last one was taken, or there was none
    next_at_ms bigint not null,      -- none is sent before then
    lease text,                      -- whose turn it is: a random word of the server that has it
    leased_until_ms bigint not null  -- after that it is nobody's
);
create index webhooks_by_app on webhooks (app_id, id);

-- How far a webhook has been told of a room's log; without a row, nothing of it.
create table webhook_cursors (
    webhook_id bigint not null references webhooks (id) on delete cascade,
    room_id bigint not null references rooms (id),
    sent_seq bigint not null,        -- everything up to here was taken, or is nothing that is told; never goes back
    failures bigint not null,        -- how often the next one was not taken
    failing_since_ms bigint,         -- since when; null: it was not tried, or taken
    next_at_ms bigint not null,      -- it is not tried before then
    primary key (webhook_id, room_id)
);

-- The last requests of each webhook, without what they said.
create table webhook_deliveries (
    id bigint generated always as identity primary key,
    webhook_id bigint not null references webhooks (id) on delete cascade,
    event_id text not null,          -- what the receiver gets as webhook-id
    type text not null,              -- 'message_created', 'ping', …
    room_id bigint,                  -- null: a ping
    seq bigint,
    at_ms bigint not null,           -- when it was sent
    took_ms bigint not null,
    status bigint,                   -- of the answer; null: there was none
    error text,                      -- why it was not taken
    next_at_ms bigint                -- when it is tried again; null: it was taken, or is not tried
);
create index webhook_deliveries_by_webhook on webhook_deliveries (webhook_id, id);
