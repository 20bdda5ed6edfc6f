-- Bids: offers of money from one member to another. Each is a message; here is what it offers and what has become of it.

create table bids (
    room_id bigint not null references rooms (id),
    seq bigint not null,             -- of its message
    author_id bigint not null references users (id),
    to_id bigint not null references users (id),
    amount bigint not null,          -- in the smallest unit of the currency; 0: gone with the message
    currency text not null,          -- three letters by ISO 4217
    note text not null,              -- may be empty
    expires_at_ms bigint,            -- null: never
    state text not null,             -- 'open', 'accepted', 'declined', 'withdrawn', 'countered' or 'expired'
    decided_seq bigint,              -- the event that says so; null: none
    decided_at_ms bigint,
    counters_seq bigint,             -- the bid of the same room that it counters; null: none
    sole_room_id bigint,             -- in a room about a subject its number: at most one bid there is ever accepted
    primary key (room_id, seq)
);
create index bids_by_expiry on bids (expires_at_ms) where state = 'open';
create unique index bids_accepted on bids (sole_room_id) where state = 'accepted';
