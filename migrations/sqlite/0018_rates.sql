-- How often somebody has done something. One server has this file to itself and counts in memory: it stays empty.

create table rates (
    key text primary key,
    until_ms bigint not null,
    taken bigint not null
) without rowid;
create index rates_by_end on rates (until_ms);
