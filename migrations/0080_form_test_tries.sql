-- Who has tried a form that was sent to be tried (Z-37): that they did, and nothing of what they typed. Expand only.
create table form_test_tries (
  org_id    uuid not null,
  test_id   uuid not null,
  member_id uuid not null,
  tried_at  timestamptz not null,
  primary key (org_id, test_id, member_id),
  foreign key (org_id, test_id) references form_tests (org_id, id) on delete cascade
);
select protect_tenant_table('form_test_tries');
