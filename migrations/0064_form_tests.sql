-- A draft sent to some people to be tried on their own phones before it is published (Z-37). What they type stays with
-- them: there is nothing here that could be counted, reported or exported.
create table form_tests (
  org_id     uuid not null,
  id         uuid not null,
  draft_id   uuid not null,
  -- The draft as it was sent: the designer may go on meanwhile.
  content    jsonb not null,
  member_ids uuid[] not null,
  sent_by    uuid not null,
  asked_at   timestamptz not null,
  sent_at    timestamptz,
  -- Why nothing was sent, when nothing was.
  failure    text,
  ends_at    timestamptz not null,
  primary key (org_id, id),
  foreign key (org_id, draft_id) references form_drafts (org_id, id) on delete cascade
);
create index form_tests__draft on form_tests (org_id, draft_id, id);
select protect_tenant_table('form_tests');
