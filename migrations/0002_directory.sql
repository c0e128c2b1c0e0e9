-- The copy of each org's directory (Z-21, Z-22). Membership carries validity, so that yesterday stays as it was.

create table installations (
  org_id       uuid not null references orgs (id),
  app          text not null,
  agent_id     text not null,
  state        text not null default 'active',
  installed_at timestamptz not null,
  changed_at   timestamptz not null,
  primary key (org_id, app),
  constraint installations__state check (state in ('active', 'stopped', 'removed'))
);

create table departments (
  org_id        uuid not null references orgs (id),
  department_id bigint not null,
  parent_id     bigint,
  name          text not null,
  -- From the root to this department, itself included.
  path          bigint[] not null,
  sort_order    bigint not null default 0,
  removed_at    timestamptz,
  -- The full sync that saw it last: what the running one has not seen when it ends is gone.
  last_sync     uuid,
  primary key (org_id, department_id)
);
create index departments__parent on departments (org_id, parent_id) where removed_at is null;
create index departments__path on departments using gin (path);

create table members (
  org_id        uuid not null references orgs (id),
  id            uuid not null,
  -- The host's id inside this org; `guest:<uuid>` for people who only filled a form open to anyone.
  user_id       text not null,
  union_id      text,
  name          text not null,
  -- Full pinyin and initials, lower case, for search.
  pinyin        text not null default '',
  initials      text not null default '',
  title         text not null default '',
  job_number    text not null default '',
  role          text not null default 'member',
  -- Departments a sub-admin manages.
  manages       bigint[] not null default '{}',
  is_guest      boolean not null default false,
  -- Where completeness counts the person: the first of the departments.
  department_id bigint not null default 1,
  phone         bytea,
  phone_hash    bytea,
  joined_at     timestamptz not null,
  left_at       timestamptz,
  last_sync     uuid,
  primary key (org_id, id),
  constraint members__user_id unique (org_id, user_id),
  constraint members__role check (role in ('member', 'sub-admin', 'main-admin'))
);
create index members__present on members (org_id, id) where left_at is null and not is_guest;
create index members__search on members (org_id, pinyin text_pattern_ops);
create index members__phone on members (org_id, phone_hash) where phone_hash is not null;

create table member_departments (
  org_id        uuid not null references orgs (id),
  member_id     uuid not null,
  department_id bigint not null,
  is_head       boolean not null default false,
  valid_from    timestamptz not null,
  valid_to      timestamptz,
  primary key (org_id, member_id, department_id, valid_from)
);
create index member_departments__department on member_departments (org_id, department_id) where valid_to is null;

create table directory_syncs (
  org_id      uuid primary key references orgs (id),
  state       text not null,
  -- The run that may write; another one takes over when it has been silent too long.
  run_id      uuid,
  touched_at  timestamptz,
  reason      text,
  departments integer not null default 0,
  members     integer not null default 0,
  started_at  timestamptz,
  finished_at timestamptz,
  constraint directory_syncs__state check (state in ('running', 'done', 'failed'))
);

-- Every read of personal data and every change, append-only (X-05).
create table audit_log (
  org_id    uuid not null references orgs (id),
  id        uuid not null,
  at        timestamptz not null,
  actor     text not null,
  action    text not null,
  object    text not null,
  detail    jsonb not null default '{}',
  primary key (org_id, id)
);

select protect_tenant_table('installations');
select protect_tenant_table('departments');
select protect_tenant_table('members');
select protect_tenant_table('member_departments');
select protect_tenant_table('directory_syncs');
select protect_tenant_table('audit_log');
