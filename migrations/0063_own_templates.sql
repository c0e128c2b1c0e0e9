-- Forms an organisation keeps as templates of its own, to begin others from (Z-37). Nothing in them is about a person but
-- who put them there.
create table own_templates (
  org_id      uuid not null references orgs (id),
  id          uuid not null,
  name        text not null,
  category    text not null,
  description text not null,
  content     jsonb not null,
  made_by     uuid not null,
  made_at     timestamptz not null,
  changed_at  timestamptz not null,
  primary key (org_id, id)
);
-- People choose by name.
create unique index own_templates__name on own_templates (org_id, name);
select protect_tenant_table('own_templates');
