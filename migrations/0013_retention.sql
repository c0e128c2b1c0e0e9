-- Retention, legal hold, erasure (X-04, S-41, S-42; ADR 20).

-- The rows behind these totals are gone, or some of them: the totals stay and are not counted anew.
alter table form_periods add column frozen_at timestamptz;

-- The civil day of the org on which it was last swept, and when its data was deleted for good.
alter table orgs
  add column swept_on date not null default '2000-01-01',
  add column erased_at timestamptz;

-- What may not be deleted for now, and why: a form, or (null) everything of the org.
create table legal_holds (
  org_id      uuid not null references orgs (id),
  id          uuid not null,
  form_id     uuid,
  reason      text not null,
  set_by      uuid not null,
  set_at      timestamptz not null,
  released_by uuid,
  released_at timestamptz,
  primary key (org_id, id)
);
create index legal_holds__open on legal_holds (org_id) where released_at is null;

-- One sweep of an org: what it has deleted so far, and when it is done, its signature under a key outside the database.
create table retention_sweeps (
  org_id      uuid not null references orgs (id),
  id          uuid not null,
  day         date not null,
  started_at  timestamptz not null,
  finished_at timestamptz,
  -- Rows deleted by form and month: [{form, month, answers, revisions, expectations, files}].
  deleted     jsonb not null default '[]',
  signature   bytea,
  primary key (org_id, id),
  constraint retention_sweeps__day unique (org_id, day)
);

-- What people asked to have deleted. A row stays, with ids only.
create table erasures (
  org_id      uuid not null references orgs (id),
  id          uuid not null,
  member_id   uuid not null,
  asked_at    timestamptz not null,
  -- Done by itself then, unless somebody objected.
  due_at      timestamptz not null,
  state       text not null default 'asked',
  -- Why it is not done: `legal-hold` or `duty`, and in words.
  ground      text,
  explanation text,
  decided_by  uuid,
  decided_at  timestamptz,
  done_at     timestamptz,
  primary key (org_id, id),
  constraint erasures__state check (state in ('asked', 'taken-back', 'objected', 'done')),
  constraint erasures__ground check (ground is null or ground in ('legal-hold', 'duty'))
);
create unique index erasures__one on erasures (org_id, member_id) where state = 'asked';
create index erasures__newest on erasures (org_id, id desc);

-- What a sweep and an erasure look for.
create index files__owner on files (org_id, owner) where owner is not null;

select protect_tenant_table('legal_holds');
select protect_tenant_table('retention_sweeps');
select protect_tenant_table('erasures');
