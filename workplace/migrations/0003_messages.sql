-- Conversations, messages, DINGs, media, and the ledger of work notifications (Z-08).
create table conversations (
  org_id     uuid not null references orgs (id) on delete cascade,
  id         uuid not null,
  kind       text not null check (kind in ('work', 'org', 'department', 'direct')),
  agent_id   bigint,
  dept_id    integer,
  userid     text,     -- work: whose; direct: the lesser of the two
  other_userid text,   -- direct: the greater of the two
  last_message_id uuid,
  last_at    timestamptz,
  last_text  text not null default '',
  primary key (org_id, id)
);
create unique index conversations__key on conversations (org_id, kind, agent_id, dept_id, userid, other_userid) nulls not distinct;
create index conversations__user on conversations (org_id, userid);
create index conversations__other on conversations (org_id, other_userid);

create table messages (
  org_id          uuid not null,
  conversation_id uuid not null,
  id              uuid not null,
  sender_userid   text,
  content         jsonb not null,
  task_id         bigint,
  is_recalled     boolean not null default false,
  sent_at         timestamptz not null,
  primary key (org_id, conversation_id, id),
  foreign key (org_id, conversation_id) references conversations (org_id, id) on delete cascade
);
create index messages__task on messages (org_id, task_id) where task_id is not null;

create table conversation_reads (
  org_id          uuid not null,
  conversation_id uuid not null,
  userid          text not null,
  read_up_to      uuid not null,
  primary key (org_id, conversation_id, userid),
  foreign key (org_id, conversation_id) references conversations (org_id, id) on delete cascade
);

create table message_tasks (
  org_id     uuid not null references orgs (id) on delete cascade,
  task_id    bigint not null,
  agent_id   bigint not null,
  invalid_users text[] not null default '{}',
  invalid_depts integer[] not null default '{}',
  created_at timestamptz not null,
  primary key (org_id, task_id)
);

-- One row per receiver: what was delivered, and what a silent limit kept back (forbidden_code).
create table message_receipts (
  org_id         uuid not null,
  task_id        bigint not null,
  agent_id       bigint not null,
  userid         text not null,
  content_hash   text not null,
  civil_day      date not null,
  forbidden_code integer,
  conversation_id uuid,
  message_id     uuid,
  created_at     timestamptz not null,
  primary key (org_id, task_id, userid),
  foreign key (org_id, task_id) references message_tasks (org_id, task_id) on delete cascade
);
create index message_receipts__day on message_receipts (org_id, agent_id, civil_day, userid);
create index message_receipts__minute on message_receipts (org_id, agent_id, created_at);

create table dings (
  org_id     uuid not null references orgs (id) on delete cascade,
  id         uuid not null,
  sender     text not null,
  agent_id   bigint,
  text       text not null,
  link       jsonb,
  remind     text not null check (remind in ('app', 'sms')),
  created_at timestamptz not null,
  primary key (org_id, id)
);
create table ding_receivers (
  org_id       uuid not null,
  ding_id      uuid not null,
  userid       text not null,
  confirmed_at timestamptz,
  primary key (org_id, ding_id, userid),
  foreign key (org_id, ding_id) references dings (org_id, id) on delete cascade
);
create index ding_receivers__user on ding_receivers (org_id, userid, ding_id);

-- Read by an unguessable id from picture tags, which carry no token: not org-owned in the sense of row security.
create table media (
  id         text primary key,
  org_id     uuid not null references orgs (id) on delete cascade,
  mime       text not null,
  file_name  text not null,
  bytes      bytea not null,
  created_at timestamptz not null
);
