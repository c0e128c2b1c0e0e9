-- The ledger of what was sent to whom through the host: planned, sent, delivered, failed (Z-33).

create table pushes (
  org_id       uuid not null references orgs (id),
  id           uuid not null,
  form_id      uuid not null,
  period_start date not null,
  kind         text not null,
  -- The planned moment: one push per form, kind, moment and subject, however often its job runs.
  planned_at   timestamptz not null,
  -- What tells apart pushes of one moment: whom an alert is about, or nothing.
  subject      text not null default '',
  asked_by     uuid,
  state        text not null default 'planned',
  recipients   integer not null default 0,
  made_at      timestamptz not null,
  finished_at  timestamptz,
  primary key (org_id, id),
  constraint pushes__once unique (org_id, form_id, kind, planned_at, subject),
  constraint pushes__state check (state in ('planned', 'sending', 'sent', 'failed')),
  constraint pushes__kind check (kind in ('send', 'remind-members', 'remind-heads', 'remind-by-hand', 'abnormal', 'new-answers', 'refusal'))
);

-- One row per call to the host: as many people as it takes at once.
create table push_batches (
  org_id     uuid not null references orgs (id),
  push_id    uuid not null,
  batch      integer not null,
  member_ids uuid[] not null,
  -- Of those, whom the call really named: people who filed meanwhile are left in peace.
  sent_to    integer not null default 0,
  state      text not null default 'planned',
  task_id    text,
  reason     text,
  sent_at    timestamptz,
  settled_at timestamptz,
  primary key (org_id, push_id, batch),
  foreign key (org_id, push_id) references pushes (org_id, id),
  constraint push_batches__state check (state in ('planned', 'sent', 'settled', 'failed'))
);
create index push_batches__open on push_batches (org_id, push_id) where state in ('planned', 'sent');

-- Only those the host did not deliver to: everyone else of a settled batch was reached.
create table push_failures (
  org_id    uuid not null references orgs (id),
  push_id   uuid not null,
  member_id uuid not null,
  reason    text not null,
  primary key (org_id, push_id, member_id)
);

select protect_tenant_table('pushes');
select protect_tenant_table('push_batches');
select protect_tenant_table('push_failures');
