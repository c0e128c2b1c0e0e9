-- Reports to the government (Z-40 to Z-45): snapshots, in order per org and kind.

create table reports (
  org_id          uuid not null references orgs (id),
  id              uuid not null,
  kind            text not null,
  sequence        integer not null,
  day             date not null,
  counts          jsonb not null,
  -- As it was called then: a report sent again must be the same to the byte.
  org_name        text not null,
  made_at         timestamptz not null,
  made_by         uuid,
  daily_run_id    uuid,
  state           text not null default 'queued',
  attempts        integer not null default 0,
  next_attempt_at timestamptz,
  delivered_at    timestamptz,
  receipt_no      text,
  refusal         jsonb,
  primary key (org_id, id),
  constraint reports__sequence unique (org_id, kind, sequence),
  constraint reports__kind check (kind in ('employment', 'health')),
  constraint reports__state check (state in ('queued', 'retrying', 'delivered', 'refused'))
);
create index reports__open on reports (org_id, kind, sequence) where state in ('queued', 'retrying');
create index reports__run on reports (org_id, daily_run_id) where daily_run_id is not null;

-- Whose work-start registration a report carried; delivered with it, or free again when it was refused.
create table reported_registrations (
  org_id    uuid not null references orgs (id),
  member_id uuid not null,
  report_id uuid not null,
  primary key (org_id, member_id),
  foreign key (org_id, report_id) references reports (org_id, id)
);
create index reported_registrations__report on reported_registrations (org_id, report_id);

-- System tables: the automatic daily run over all orgs (Z-45). Ids and counts only.
create table daily_runs (
  id          uuid primary key,
  kind        text not null,
  day         date not null,
  started_at  timestamptz not null,
  finished_at timestamptz,
  constraint daily_runs__once unique (kind, day)
);
create table daily_run_orgs (
  org_id     uuid not null,
  run_id     uuid not null,
  state      text not null default 'waiting',
  report_id  uuid,
  reason     text,
  changed_at timestamptz not null,
  primary key (org_id, run_id),
  constraint daily_run_orgs__state check (state in ('waiting', 'delivered', 'refused', 'skipped'))
);
create index daily_run_orgs__run on daily_run_orgs (run_id, state, org_id);

select protect_tenant_table('reports');
select protect_tenant_table('reported_registrations');
