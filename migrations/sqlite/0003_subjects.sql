-- Conversations about something outside Twotick: a job, a trip, any other kind of thing.

create table subjects (
    room_id bigint not null primary key references rooms (id),
    namespace text not null,  -- whose kinds and ids these are: 'user:7'; what begins otherwise is no user's
    kind text not null,       -- 'job', 'trip', …
    subject_id text not null, -- what its owner calls it
    thread text not null,     -- tells several rooms about one thing apart, as one for each applicant; '' if there is one
    link text,                -- where it is: http or https
    unique (namespace, kind, subject_id, thread)
) without rowid;

alter table members add column part text not null default ''; -- in a subject room: 'client', 'worker', …; '' without one
