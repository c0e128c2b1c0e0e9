-- Forms an organisation designs itself, before they are published (Z-37). Nothing in them is about a person but who
-- changed them last.
create table form_drafts (
  org_id     uuid not null references orgs (id),
  id         uuid not null,
  -- The published form it becomes the next version of.
  form_id    uuid,
  content    jsonb not null,
  -- Who saves says which one he has seen, so that two at once do not undo each other.
  revision   integer not null default 1,
  changed_by uuid not null,
  changed_at timestamptz not null,
  primary key (org_id, id),
  foreign key (org_id, form_id) references forms (org_id, id)
);
-- A form has one next version.
create unique index form_drafts__form on form_drafts (org_id, form_id) where form_id is not null;
select protect_tenant_table('form_drafts');
