-- Advanced certification (Z-06): who applies, with which papers, what was wrong with them, and at which level it was granted.
alter table orgs add column certification_level text
  check (certification_level in ('intermediate', 'advanced')); -- null with 'approved': from before there were levels, advanced

alter table certifications drop constraint certifications_state_check;
alter table certifications
  add constraint certifications__state check (state in ('submitted', 'approved', 'returned', 'withdrawn')),
  add column id_number  bytea,                       -- sealed
  add column id_masked  text  not null default '',   -- as lists may show it
  add column licence_id uuid,
  add column letter_id  uuid,
  add column reasons    jsonb not null default '[]', -- [{item, text}]
  add column level      text check (level in ('intermediate', 'advanced')),
  add column decided_at timestamptz;
-- Of two requests at once one comes through.
create unique index certifications__one_submitted on certifications (org_id) where state = 'submitted';

-- Pictures of papers, sealed. Those no request names are cleared away a day later.
create table certification_files (
  org_id     uuid not null references orgs (id) on delete cascade,
  id         uuid not null,
  item       text not null check (item in ('licence', 'letter')),
  mime       text not null,
  size       integer not null,
  bytes      bytea not null,
  created_at timestamptz not null,
  primary key (org_id, id)
);
alter table certification_files enable row level security;
alter table certification_files force row level security;
create policy certification_files__own_org on certification_files
  using (org_id = nullif(current_setting('app.org_id', true), '')::uuid);

-- What the operator goes through, over all orgs: nothing of a person in it.
create table certification_queue (
  id              uuid primary key,
  org_id          uuid not null references orgs (id) on delete cascade,
  org_name        text not null,
  kind            text not null,
  registered_name text not null,
  credit_code     text not null,
  state           text not null,
  level           text,
  submitted_at    timestamptz not null,
  decided_at      timestamptz,
  decided_by      text
);
create index certification_queue__state on certification_queue (state, id);
create index certification_queue__code on certification_queue (credit_code) where state = 'approved';

-- Row security would hide them from their owner, too.
alter table certifications no force row level security;
insert into certification_queue (id, org_id, org_name, kind, registered_name, credit_code, state, submitted_at)
  select c.id, c.org_id, o.name, c.kind, c.registered_name, c.credit_code, c.state, c.submitted_at
  from certifications c join orgs o on o.id = c.org_id;
update certifications set reasons = jsonb_build_array(jsonb_build_object('item', 'registeredName', 'text', reason))
  where reason is not null;
alter table certifications force row level security;
alter table certifications drop column reason;
