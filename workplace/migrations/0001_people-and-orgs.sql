-- Persons, sessions, orgs and their directory (Z-01 to Z-07).
-- Persons, sessions and orgs hang on their own keys; everything an org owns is behind row security.
create table persons (
  id            uuid primary key,
  phone         text not null constraint persons__phone unique,
  name          text not null,
  avatar        text,
  union_id      text not null default replace(gen_random_uuid()::text, '-', '') || 'iEiE' constraint persons__union_id unique,
  registered_at timestamptz, -- null: known from an import only, has never signed in
  created_at    timestamptz not null
);

create table sms_codes (
  id         uuid primary key,
  phone      text not null,
  code_hash  text not null,
  attempts   integer not null default 0,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at    timestamptz
);
create index sms_codes__phone on sms_codes (phone, created_at desc);

create table sessions (
  id         uuid primary key,
  person_id  uuid not null references persons (id) on delete cascade,
  token_hash text not null constraint sessions__token unique,
  created_at timestamptz not null,
  expires_at timestamptz not null
);
create index sessions__person on sessions (person_id);

create table scan_sign_ins (
  ticket      text primary key,
  secret_hash text not null,
  state       text not null check (state in ('waiting', 'scanned', 'approved', 'refused', 'used')),
  person_id   uuid references persons (id) on delete cascade,
  expires_at  timestamptz not null
);

create table orgs (
  id                  uuid primary key,
  corp_id             text not null constraint orgs__corp_id unique,
  name                text not null,
  industry            text not null,
  location            text not null,
  size_band           text not null,
  join_code           text not null constraint orgs__join_code unique,
  join_needs_approval boolean not null default false,
  certification       text not null default 'none' check (certification in ('none', 'submitted', 'approved', 'returned')),
  member_limit        integer, -- null: by certification
  invite_template     text not null,
  custom_columns      text[] not null default '{}',
  next_dept_id        integer not null default 2,
  created_at          timestamptz not null
);

-- Which orgs a person is in: the person's own index, so that the org switch needs no look into every org.
create table person_orgs (
  person_id uuid not null references persons (id) on delete cascade,
  org_id    uuid not null references orgs (id) on delete cascade,
  userid    text not null,
  joined_at timestamptz not null,
  primary key (person_id, org_id)
);

create table departments (
  org_id    uuid not null references orgs (id) on delete cascade,
  dept_id   integer not null,
  parent_id integer,
  name      text not null,
  sort      integer not null default 0,
  path      integer[] not null, -- from the root down to the department itself
  has_chat  boolean not null default false,
  primary key (org_id, dept_id),
  constraint departments__name_per_parent unique nulls not distinct (org_id, parent_id, name),
  constraint departments__parent foreign key (org_id, parent_id) references departments (org_id, dept_id)
);

create table members (
  org_id        uuid not null references orgs (id) on delete cascade,
  userid        text not null,
  person_id     uuid not null references persons (id),
  name          text not null,
  pinyin        text not null default '', -- full and initials, for search
  phone         text not null,
  email         text not null default '',
  title         text not null default '',
  job_number    text not null default '',
  custom        jsonb not null default '{}',
  role          text not null default 'none' check (role in ('main', 'sub', 'none')),
  admin_depts   integer[] not null default '{}',
  invited_at    timestamptz,
  created_at    timestamptz not null,
  updated_at    timestamptz not null,
  primary key (org_id, userid),
  constraint members__phone unique (org_id, phone),
  constraint members__person unique (org_id, person_id)
);
create index members__name on members (org_id, name, userid);

create table member_departments (
  org_id    uuid not null,
  userid    text not null,
  dept_id   integer not null,
  is_leader boolean not null default false,
  sort      integer not null default 0,
  primary key (org_id, userid, dept_id),
  foreign key (org_id, userid) references members (org_id, userid) on delete cascade,
  constraint member_departments__department foreign key (org_id, dept_id) references departments (org_id, dept_id)
);
create index member_departments__dept on member_departments (org_id, dept_id, userid);

create table join_requests (
  org_id     uuid not null references orgs (id) on delete cascade,
  id         uuid not null,
  person_id  uuid not null references persons (id) on delete cascade,
  name       text not null,
  phone      text not null,
  note       text not null,
  state      text not null default 'waiting' check (state in ('waiting', 'approved', 'rejected')),
  asked_at   timestamptz not null,
  primary key (org_id, id)
);
create unique index join_requests__one_waiting on join_requests (org_id, person_id) where state = 'waiting';

create table admin_passwords (
  org_id       uuid not null references orgs (id) on delete cascade,
  userid       text not null,
  hash         text not null,
  failures     integer not null default 0,
  locked_until timestamptz,
  primary key (org_id, userid),
  foreign key (org_id, userid) references members (org_id, userid) on delete cascade
);

create table admin_elevations (
  org_id     uuid not null references orgs (id) on delete cascade,
  session_id uuid not null references sessions (id) on delete cascade,
  until      timestamptz not null,
  primary key (org_id, session_id)
);

create table certifications (
  org_id          uuid not null references orgs (id) on delete cascade,
  id              uuid not null,
  kind            text not null,
  applicant_name  text not null,
  registered_name text not null,
  credit_code     text not null,
  state           text not null check (state in ('submitted', 'approved', 'returned')),
  reason          text,
  submitted_at    timestamptz not null,
  primary key (org_id, id)
);

create table directory_imports (
  org_id      uuid not null references orgs (id) on delete cascade,
  id          uuid not null,
  userid      text not null,
  file_name   text not null,
  state       text not null check (state in ('checking', 'checked', 'importing', 'imported', 'failed', 'cancelled')),
  failure     text,
  done        integer not null default 0,
  total       integer not null default 0,
  counts      jsonb not null,
  custom_columns text[] not null default '{}',
  needs_certification boolean not null default false,
  rows_per_second integer,
  created_at  timestamptz not null,
  primary key (org_id, id)
);

-- Imports some process is working on. Platform-owned: a process that starts looks here for what the last one left.
create table running_imports (
  org_id    uuid not null,
  import_id uuid not null,
  primary key (org_id, import_id),
  foreign key (org_id, import_id) references directory_imports (org_id, id) on delete cascade
);

create table directory_import_rows (
  org_id    uuid not null,
  import_id uuid not null,
  row_no    integer not null,
  verdict   text not null check (verdict in ('created', 'changed', 'unchanged', 'invalid')),
  data      jsonb not null,
  problems  jsonb not null default '[]',
  primary key (org_id, import_id, row_no),
  foreign key (org_id, import_id) references directory_imports (org_id, id) on delete cascade
);

-- Text messages on their way to the provider. Platform-owned: the sender works across orgs.
create table sms_queue (
  id         uuid primary key,
  phone      text not null,
  sign_name  text not null,
  template   text not null,
  text       text not null,
  state      text not null default 'waiting' check (state in ('waiting', 'sent', 'failed')),
  attempts   integer not null default 0,
  next_at    timestamptz not null
);
create index sms_queue__due on sms_queue (next_at) where state = 'waiting';
