-- Work notifications to many people go out in the background; templates are reviewed; the operator sets the limits.
alter table message_tasks
  add column content     jsonb,
  add column state       text not null default 'done' check (state in ('waiting', 'sending', 'done')),
  add column is_recalled boolean not null default false;
create index message_receipts__waiting on message_receipts (org_id, task_id, userid)
  where message_id is null and forbidden_code is null;

-- Ids of what is still to be sent: read over all orgs.
create table notification_queue (
  org_id        uuid not null references orgs (id) on delete cascade,
  task_id       bigint not null,
  attempts      integer not null default 0,
  queued_at     timestamptz not null,
  claimed_until timestamptz,
  primary key (org_id, task_id)
);

create table message_templates (
  suite_id     text not null,
  template_id  text not null,
  name         text not null,
  msg          jsonb not null,
  state        text not null check (state in ('submitted', 'approved', 'returned')),
  note         text not null default '', -- of whoever returned it
  is_filed     boolean not null default false, -- as the suites file has it
  submitted_at timestamptz not null,
  reviewed_at  timestamptz,
  primary key (suite_id, template_id)
);
create index message_templates__submitted on message_templates (submitted_at, suite_id, template_id);

-- One row: what the operator changed; the rest is as configured.
create table platform_limits (
  id     boolean primary key default true check (id),
  limits jsonb not null
);

-- Calls of a month, counted where a month's quota is set.
create table api_calls (
  org_id uuid not null references orgs (id) on delete cascade,
  month  text not null, -- YYYY-MM
  calls  integer not null,
  primary key (org_id, month)
);
