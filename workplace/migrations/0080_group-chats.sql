-- Group chats of chosen people (Z-08). The other kinds of groups go on following the directory.
alter table conversations drop constraint conversations_kind_check;
alter table conversations add constraint conversations__kind
  check (kind in ('work', 'org', 'department', 'direct', 'group'));
alter table conversations add column name text not null default ''; -- group only
-- What the last line of the list says, in whichever language the reader has.
alter table conversations add column last_kind text not null default 'text';
alter table conversations add column last_sender text;

-- Chosen people may have any number of groups; every other key stands for one conversation.
drop index conversations__key;
create unique index conversations__key on conversations (org_id, kind, agent_id, dept_id, userid, other_userid)
  nulls not distinct where kind <> 'group';

-- The owner is whoever is marked so, and the longest in the group where nobody is: an owner who leaves the org, by whatever
-- way, needs no successor written.
create table conversation_members (
  org_id          uuid not null,
  conversation_id uuid not null,
  userid          text not null,
  is_owner        boolean not null default false,
  joined_at       timestamptz not null,
  primary key (org_id, conversation_id, userid),
  foreign key (org_id, conversation_id) references conversations (org_id, id) on delete cascade,
  foreign key (org_id, userid) references members (org_id, userid) on delete cascade
);
create index conversation_members__user on conversation_members (org_id, userid);

-- What one person wants of one conversation.
create table conversation_settings (
  org_id          uuid not null,
  conversation_id uuid not null,
  userid          text not null,
  is_muted        boolean not null default false,
  is_pinned       boolean not null default false,
  primary key (org_id, conversation_id, userid),
  foreign key (org_id, conversation_id) references conversations (org_id, id) on delete cascade,
  foreign key (org_id, userid) references members (org_id, userid) on delete cascade
);

-- The sender's own name for a message: sent twice, it is one message.
alter table messages add column client_id text;
create unique index messages__client_id on messages (org_id, conversation_id, sender_userid, client_id)
  where client_id is not null;

do $$
declare
  t text;
begin
  foreach t in array array['conversation_members', 'conversation_settings'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format(
      'create policy %I on %I using (org_id = nullif(current_setting(''app.org_id'', true), '''')::uuid)',
      t || '__own_org', t);
  end loop;
end
$$;
