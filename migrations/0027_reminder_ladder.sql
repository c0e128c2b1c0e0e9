-- The ladder of reminders (Z-33): again, and the admins; what was dropped is in the ledger with the reason; one digest per
-- manager and window, which may speak of several forms.

alter table due_sends drop constraint due_sends__kind;
alter table due_sends add constraint due_sends__kind
  check (kind in ('send', 'remind-members', 'remind-again', 'remind-heads', 'remind-admins', 'open-period'));
-- A digest takes what its org has due soon.
create index due_sends__digests on due_sends (org_id, due_at) where kind in ('remind-heads', 'remind-admins');

alter table pushes drop constraint pushes__state, drop constraint pushes__kind;
alter table pushes
  add constraint pushes__state check (state in ('planned', 'sending', 'sent', 'failed', 'dropped', 'joined')),
  add constraint pushes__kind check (kind in ('send', 'remind-members', 'remind-again', 'remind-heads', 'remind-admins',
    'remind-by-hand', 'abnormal', 'new-answers', 'refusal')),
  -- Why nothing was sent.
  add column reason text,
  -- The push that spoke of this form too.
  add column joined_to uuid,
  add constraint pushes__reason check ((state = 'dropped') = (reason is not null)),
  add constraint pushes__joined check ((state = 'joined') = (joined_to is not null)),
  add constraint pushes__carrier foreign key (org_id, joined_to) references pushes (org_id, id) on delete cascade;
create index pushes__joined_to on pushes (org_id, joined_to) where joined_to is not null;
create index pushes__made on pushes (org_id, made_at);
