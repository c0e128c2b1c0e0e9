-- What an org has used of the platform in a month (Z-33): kept apart from the ledger, whose lines go when answers do.
create table message_usage (
  org_id   uuid not null references orgs (id),
  app      text not null,
  -- First day of the month in which the platform counts.
  month    date not null,
  -- People named in calls that were taken, and calls about messages.
  messages integer not null default 0,
  calls    integer not null default 0,
  primary key (org_id, month, app)
);
select protect_tenant_table('message_usage');
