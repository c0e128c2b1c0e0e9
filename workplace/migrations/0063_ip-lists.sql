-- Addresses an app says it calls from; without a list every address will do.
create table app_addresses (
  suite_id  text not null,
  org_id    uuid not null references orgs (id) on delete cascade,
  addresses text[] not null,
  primary key (suite_id, org_id)
);
