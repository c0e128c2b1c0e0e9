-- Reports compared with what the receiver says it holds, a day at a time (R-19). System tables: organisations and counts, no
-- person. Expand only.
create table reconciliations (
  id          uuid primary key,
  day         date not null,
  started_at  timestamptz not null,
  finished_at timestamptz,
  state       text not null default 'running',
  -- Of the own reports of the day: those with a receipt, and those of which nobody knows yet.
  delivered   integer not null default 0,
  open        integer not null default 0,
  -- On the receiver's list.
  taken       integer not null default 0,
  differences integer not null default 0,
  constraint reconciliations__day unique (day),
  constraint reconciliations__state check (state in ('running', 'unanswered', 'agreed', 'different', 'no-list'))
);

create table reconciliation_differences (
  reconciliation_id uuid not null references reconciliations (id) on delete cascade,
  no                integer not null,
  kind              text not null,
  report_id         uuid not null,
  -- Null when the receiver names an organisation that is none of ours.
  org_id            uuid,
  corp_id           text not null,
  report_kind       text not null,
  sequence          integer not null,
  fields            text[] not null,
  primary key (reconciliation_id, no),
  constraint reconciliation_differences__kind check (kind in ('missing', 'altered', 'double', 'unexpected'))
);
create index reconciliation_differences__org on reconciliation_differences (org_id) where org_id is not null;
