-- Exports that are made at set times (Z-36; ADR 52). Each recipient gets an export of his own, made in his name, so that
-- who may see and fetch what is decided where it is for every export.
create table export_schedules (
  org_id      uuid not null references orgs (id),
  id          uuid not null,
  form_id     uuid not null,
  -- Who answers for it: it stops when he leaves, or may not set one any more.
  owner_id    uuid not null,
  -- Shape, format, language, which days. No answers.
  content     jsonb not null,
  timing      jsonb not null,
  recipients  uuid[] not null,
  -- active · paused · stopped
  state       text not null default 'active',
  stopped_for text,
  -- Null while it does not run.
  next_at     timestamptz,
  created_at  timestamptz not null,
  primary key (org_id, id),
  constraint export_schedules__state check (state in ('active', 'paused', 'stopped')),
  constraint export_schedules__next check ((state = 'active') = (next_at is not null)),
  constraint export_schedules__stopped check ((state = 'stopped') = (stopped_for is not null))
);
create index export_schedules__form on export_schedules (org_id, form_id, id);
select protect_tenant_table('export_schedules');

-- One row per due moment and recipient: a run that is made twice finds it there.
create table export_schedule_runs (
  org_id      uuid not null references orgs (id),
  schedule_id uuid not null,
  due_at      timestamptz not null,
  member_id   uuid not null,
  -- Null until it is begun; the export itself is gone a day later.
  export_id   uuid,
  outcome     text not null default 'waiting',
  primary key (org_id, schedule_id, due_at, member_id),
  foreign key (org_id, schedule_id) references export_schedules (org_id, id) on delete cascade,
  constraint export_schedule_runs__outcome check (outcome in ('waiting', 'made', 'no-right', 'failed'))
);
create index export_schedule_runs__export on export_schedule_runs (org_id, export_id);
select protect_tenant_table('export_schedule_runs');

-- Tells admins that one was stopped, and why.
do $$
declare
  kinds text;
begin
  select pg_get_constraintdef(oid) into strict kinds from pg_constraint
  where conname = 'pushes__kind' and conrelid = 'pushes'::regclass;
  alter table pushes drop constraint pushes__kind;
  execute 'alter table pushes add constraint pushes__kind '
    || replace(kinds, 'ARRAY[', 'ARRAY[''export-stopped''::text, ');
end $$;

-- Admins are few among many: whom a link may be sent to is found without reading everybody.
create index members__admins on members (org_id) where role <> 'member' and left_at is null and not is_guest;
