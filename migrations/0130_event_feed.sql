-- What happened in an organisation, for systems of its own (X-08; ADR 72). Only of an organisation that has asked for it: the
-- row is made with its first token or webhook, and counts.
create table event_feeds (
  org_id    uuid primary key references orgs (id),
  opened_at timestamptz not null,
  -- The last number given. Numbers have no gaps: a reader sees that he missed nothing.
  last_seq  bigint not null default 0
);
select protect_tenant_table('event_feeds');

-- Ids, periods and counts; never a name, a phone or an answer. Kept 30 days. It comes in the commit of what it tells of and
-- gets its number after that commit: a reader who is at a number will meet no lower one, and filings do not queue for it.
create table org_events (
  org_id    uuid not null,
  id        uuid not null,
  seq       bigint,
  type      text not null,
  at        timestamptz not null,
  member_id uuid,
  data      jsonb not null default '{}',
  -- By the database's own time: what was noted first gets the lower number, whatever clock `at` is by.
  noted_at  timestamptz not null default clock_timestamp(),
  primary key (org_id, id),
  constraint org_events__seq unique (org_id, seq)
);
create index org_events__member on org_events (org_id, member_id) where member_id is not null;
select protect_tenant_table('org_events');

-- Events without a number yet, of all orgs; ids only.
create table event_waiting (
  org_id uuid not null,
  id     uuid not null,
  primary key (org_id, id)
);

-- First filings of several orgs are one statement, so these may be seen by the orgs a transaction names (ADR 26).
do $$
declare
  tenant_table regclass;
begin
  foreach tenant_table in array array['event_feeds', 'org_events']::regclass[] loop
    execute format(
      'alter policy own_org on %s using (position(org_id::text in current_setting(''app.org_id'', true)) > 0)
         with check (position(org_id::text in current_setting(''app.org_id'', true)) > 0)', tenant_table);
  end loop;
end $$;

-- The one way into the feed, with the rights and the tenant of whoever calls it.
create function note_org_event(org uuid, what text, happened_at timestamptz, person uuid, facts jsonb)
returns void language plpgsql as $$
declare
  event uuid := gen_random_uuid();
begin
  insert into org_events (org_id, id, type, at, member_id, data)
  select f.org_id, event, what, happened_at, person, facts from event_feeds f where f.org_id = org;
  if found then
    insert into event_waiting (org_id, id) values (org, event);
  end if;
end $$;

-- Whichever way answers are stored. An answer that becomes abnormal is an event of its own, after that of the filing.
create function note_submission() returns trigger language plpgsql as $$
declare
  facts jsonb;
begin
  if not exists (select from event_feeds f where f.org_id = new.org_id) then
    return null;
  end if;
  select jsonb_build_object('formId', new.form_id, 'submissionId', new.id, 'revision', new.revision,
      'period', case f.period_kind when 'once' then 'once' when 'day' then to_char(new.period_start, 'YYYY-MM-DD')
        when 'month' then to_char(new.period_start, 'YYYY-MM') else to_char(new.period_start, 'YYYY') end)
    into facts
  from forms f where f.org_id = new.org_id and f.id = new.form_id;
  perform note_org_event(new.org_id, case tg_op when 'INSERT' then 'submission.filed' else 'submission.revised' end,
    new.revised_at, new.member_id, facts);
  if new.is_abnormal and old.is_abnormal is not true then
    perform note_org_event(new.org_id, 'submission.abnormal', new.revised_at, new.member_id, facts);
  end if;
  return null;
end $$;
create trigger submissions__filed after insert on submissions for each row execute function note_submission();
create trigger submissions__revised after update of revision on submissions
  for each row when (new.revision > old.revision) execute function note_submission();

-- Receipts of a daily run are stored by the database alone.
create function note_delivery() returns trigger language plpgsql as $$
begin
  perform note_org_event(new.org_id, 'report.delivered', new.delivered_at, null, jsonb_build_object('reportId', new.id,
    'kind', new.kind, 'day', new.day, 'sequence', new.sequence, 'receiptNo', new.receipt_no));
  return null;
end $$;
create trigger reports__delivered after update of state on reports
  for each row when (new.state = 'delivered' and old.state <> 'delivered') execute function note_delivery();
