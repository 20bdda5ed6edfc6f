-- How often somebody has done something, counted over all servers. Lost in a crash, which lets everybody begin anew.

create unlogged table rates (
    key text primary key,       -- what is counted, and of whom: 'send 7'
    until_ms bigint not null,   -- when counting begins anew
    taken bigint not null
);
create index rates_by_end on rates (until_ms);
