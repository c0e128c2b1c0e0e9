-- Mail beside SMS to those a card did not reach (Z-33), and links to exports by mail (Z-36): kinds of push like the others.
do $$
declare
  kinds text;
begin
  select pg_get_constraintdef(oid) into strict kinds from pg_constraint
  where conname = 'pushes__kind' and conrelid = 'pushes'::regclass;
  alter table pushes drop constraint pushes__kind;
  execute 'alter table pushes add constraint pushes__kind '
    || replace(kinds, 'ARRAY[', 'ARRAY[''remind-mail''::text, ''export-mail''::text, ');
  select pg_get_constraintdef(oid) into strict kinds from pg_constraint
  where conname = 'due_sends__kind' and conrelid = 'due_sends'::regclass;
  alter table due_sends drop constraint due_sends__kind;
  execute 'alter table due_sends add constraint due_sends__kind '
    || replace(kinds, 'ARRAY[', 'ARRAY[''remind-mail''::text, ');
end $$;

-- What a person wants no more of, by way and occasion. Apart from his address, so that it outlives another one.
create table notification_choices (
  org_id     uuid not null,
  member_id  uuid not null,
  stopped    text[] not null,
  changed_at timestamptz not null,
  primary key (org_id, member_id),
  foreign key (org_id, member_id) references members (org_id, id),
  constraint notification_choices__stopped check (stopped <@ array['sms:reminders', 'mail:reminders', 'mail:exports'])
);
select protect_tenant_table('notification_choices');
