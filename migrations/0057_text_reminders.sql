-- A text message to those a card did not reach (Z-33): a step of the ladder and a kind of push like the others.
do $$
declare
  kinds text;
begin
  select pg_get_constraintdef(oid) into kinds from pg_constraint
  where conname = 'pushes__kind' and conrelid = 'pushes'::regclass;
  alter table pushes drop constraint pushes__kind;
  execute 'alter table pushes add constraint pushes__kind '
    || replace(kinds, 'ARRAY[', 'ARRAY[''remind-sms''::text, ');
  select pg_get_constraintdef(oid) into kinds from pg_constraint
  where conname = 'due_sends__kind' and conrelid = 'due_sends'::regclass;
  alter table due_sends drop constraint due_sends__kind;
  execute 'alter table due_sends add constraint due_sends__kind '
    || replace(kinds, 'ARRAY[', 'ARRAY[''remind-sms''::text, ');
end $$;
