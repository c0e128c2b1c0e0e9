-- Uploaded files (X-06). Their bytes lie in the file store, sealed under a key of the file's own; that key lies here,
-- sealed with the org's. A row gone is a key gone: were bytes left behind, nobody could read them.
create table files (
  org_id      uuid not null references orgs (id),
  id          uuid not null,
  -- Who sent it. Nobody else sees it while it is attached to nothing.
  member_id   uuid not null,
  purpose     text not null,
  -- arriving: bytes are coming in · ready · quarantined: the scanner found something, so nobody gets it
  state       text not null default 'arriving',
  -- What it is part of, as `kind:id`; null while it may still be thrown away.
  owner       text,
  media_type  text,
  -- The name it was given, made harmless. Sealed: names of files name people.
  name        bytea,
  content_key bytea not null,
  -- What it takes of the quota: what was announced while it arrives, then what is stored.
  size_bytes  bigint not null,
  content_bytes   bigint not null default 0,
  thumbnail_bytes bigint not null default 0,
  width       integer,
  height      integer,
  -- SHA-256 of the content as it is handed out.
  digest      bytea,
  created_at  timestamptz not null,
  primary key (org_id, id),
  constraint files__state check (state in ('arriving', 'ready', 'quarantined'))
);
create index files__member on files (org_id, member_id) include (size_bytes);
select protect_tenant_table('files');
