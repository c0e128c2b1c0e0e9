-- An import is told of afterwards, and the last one can be undone (Z-04): what each row overwrote is kept until the next.
alter table directory_imports drop constraint directory_imports_state_check;
alter table directory_imports add constraint directory_imports__state
  check (state in ('checking', 'checked', 'importing', 'imported', 'undoing', 'undone', 'failed', 'cancelled'));
alter table directory_imports
  add column imported_at timestamptz,
  add column undo_until  timestamptz, -- null: nothing was kept to undo it with
  add column undone      jsonb;       -- what the undo did, in numbers
create index directory_imports__latest on directory_imports (org_id, created_at desc);

create table directory_import_undo (
  org_id    uuid not null,
  import_id uuid not null,
  userid    text not null,
  before    jsonb, -- the member as he was; null: the import added him
  kept      text,  -- why the undo left him as he is
  primary key (org_id, import_id, userid),
  foreign key (org_id, import_id) references directory_imports (org_id, id) on delete cascade
);
create index directory_import_undo__kept on directory_import_undo (org_id, import_id, userid) where kept is not null;

create table directory_import_departments (
  org_id    uuid not null,
  import_id uuid not null,
  dept_id   integer not null,
  primary key (org_id, import_id, dept_id),
  foreign key (org_id, import_id) references directory_imports (org_id, id) on delete cascade
);

do $$
declare
  t text;
begin
  foreach t in array array['directory_import_undo', 'directory_import_departments'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format(
      'create policy %I on %I using (org_id = nullif(current_setting(''app.org_id'', true), '''')::uuid)',
      t || '__own_org', t);
  end loop;
end
$$;
