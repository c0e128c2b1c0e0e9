-- Exports of answers (Z-36, S-49; ADR 32). The bytes lie in the file store, sealed under a key of the export's own; that
-- key lies here, sealed with the org's. A row is gone a day after its export was made, and its bytes with it.
create table exports (
  org_id        uuid not null references orgs (id),
  id            uuid not null,
  -- Who asked for it. Nobody else gets it.
  member_id     uuid not null,
  form_id       uuid not null,
  -- What was asked for: shape, format, range, who, which columns. No answers.
  request       jsonb not null,
  -- ID numbers and phones unmasked: asked for with a second proof, for a reason.
  reason        text,
  -- queued · running · ready · failed
  state         text not null default 'queued',
  failure       text,
  rows_done     integer not null default 0,
  -- Null until they are counted.
  rows_total    integer,
  content_key   bytea,
  content_bytes bigint not null default 0,
  downloads     integer not null default 0,
  created_at    timestamptz not null,
  expires_at    timestamptz not null,
  primary key (org_id, id),
  constraint exports__state check (state in ('queued', 'running', 'ready', 'failed'))
);
-- One at a time per person.
create unique index exports__running on exports (org_id, member_id) where state in ('queued', 'running');
create index exports__own on exports (org_id, member_id, created_at desc);
select protect_tenant_table('exports');

-- Tells who asked that his export is ready: a link to the page, never the data. Added to the kinds there are by now,
-- whichever those are.
do $$
declare
  kinds text;
begin
  select pg_get_constraintdef(oid) into strict kinds from pg_constraint
  where conname = 'pushes__kind' and conrelid = 'pushes'::regclass;
  alter table pushes drop constraint pushes__kind;
  execute 'alter table pushes add constraint pushes__kind '
    || replace(kinds, 'ARRAY[', 'ARRAY[''export-ready''::text, ');
end $$;
