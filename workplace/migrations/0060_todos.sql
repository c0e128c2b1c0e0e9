-- To-dos of apps and people (Z-08), and the personal tokens an app of an ISV needs to make one.
create table todos (
  org_id         uuid not null references orgs (id) on delete cascade,
  id             uuid not null,
  suite_id       text,        -- null: a member wrote it himself
  source_id      text,        -- the app's own id of it
  creator        text not null,
  modifier       text not null,
  kind           text not null default 'TODO' check (kind in ('TODO', 'READ')),
  subject        text not null,
  description    text not null default '',
  fields         jsonb not null default '[]',
  app_url        text not null default '',
  pc_url         text not null default '',
  priority       integer not null check (priority in (10, 20, 30, 40)),
  executors_only boolean not null default false,
  due_at         timestamptz,
  finished_at    timestamptz, -- once every executor is done
  created_at     timestamptz not null,
  modified_at    timestamptz not null,
  primary key (org_id, id)
);
create unique index todos__source on todos (org_id, suite_id, source_id);
create index todos__creator on todos (org_id, creator, id);

create table todo_people (
  org_id  uuid not null,
  todo_id uuid not null,
  userid  text not null,
  role    text not null check (role in ('executor', 'participant')),
  done_at timestamptz, -- of an executor
  primary key (org_id, todo_id, role, userid),
  foreign key (org_id, todo_id) references todos (org_id, id) on delete cascade
);
create index todo_people__user on todo_people (org_id, userid, role, todo_id);

do $$
declare
  t text;
begin
  foreach t in array array['todos', 'todo_people'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format(
      'create policy %I on %I using (org_id = nullif(current_setting(''app.org_id'', true), '''')::uuid)',
      t || '__own_org', t);
  end loop;
end
$$;

-- What a person allowed one suite, first as a code, then as a token with its refresh token. They belong to the person,
-- and to an org only where the person named one.
create table user_codes (
  code_hash  text primary key,
  suite_id   text not null,
  person_id  uuid not null references persons (id) on delete cascade,
  org_id     uuid references orgs (id) on delete cascade,
  scopes     text[] not null,
  expires_at timestamptz not null,
  used_at    timestamptz
);
create table user_tokens (
  token_hash         text primary key,
  refresh_hash       text not null constraint user_tokens__refresh unique,
  suite_id           text not null,
  person_id          uuid not null references persons (id) on delete cascade,
  org_id             uuid references orgs (id) on delete cascade,
  scopes             text[] not null,
  expires_at         timestamptz not null,
  refresh_expires_at timestamptz not null
);
create index user_tokens__person on user_tokens (person_id);
create index user_tokens__expiry on user_tokens (refresh_expires_at);
