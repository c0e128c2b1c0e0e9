-- What becomes of an abnormal answer (Z-38; ADR 46): a case that is open until somebody has got in touch and closed it.
-- It is about one answer sheet and has its key, and it comes and goes in the commit of the answer: a filing that is stored
-- has its case, whichever way it was stored, and a case whose answer is no longer abnormal is closed.
create table abnormal_cases (
  org_id         uuid not null,
  form_id        uuid not null,
  period_start   date not null,
  member_id      uuid not null,
  state          text not null default 'open',
  -- The answer was changed and is no longer abnormal: nobody closed it.
  is_by_answer   boolean not null default false,
  looked_after_by uuid,
  -- Who acts says which one he has seen, so that of two at once one is told.
  version        integer not null default 1,
  opened_at      timestamptz not null,
  changed_at     timestamptz not null,
  primary key (org_id, form_id, period_start, member_id),
  constraint abnormal_cases__state check (state in ('open', 'contacted', 'closed'))
);
create index abnormal_cases__state_order on abnormal_cases (org_id, form_id, state, period_start, member_id);
create index abnormal_cases__member on abnormal_cases (org_id, member_id);

-- What was done about a case, oldest first; the words of managers are sealed.
create table case_notes (
  org_id       uuid not null,
  id           uuid not null,
  form_id      uuid not null,
  period_start date not null,
  member_id    uuid not null,
  kind         text not null,
  -- Null when it was no person but a changed answer.
  written_by   uuid,
  note         bytea,
  written_at   timestamptz not null,
  primary key (org_id, id),
  foreign key (org_id, form_id, period_start, member_id)
    references abnormal_cases (org_id, form_id, period_start, member_id) on delete cascade,
  constraint case_notes__kind check (kind in
    ('note', 'take', 'contact', 'close', 'reopen', 'answer-normal', 'answer-abnormal'))
);
create index case_notes__case on case_notes (org_id, form_id, period_start, member_id, written_at, id);

select protect_tenant_table('abnormal_cases');
select protect_tenant_table('case_notes');
-- First filings of several orgs are one statement, so these too may be seen by the orgs a transaction names (ADR 26).
do $$
declare
  tenant_table regclass;
begin
  foreach tenant_table in array array['abnormal_cases', 'case_notes']::regclass[] loop
    execute format(
      'alter policy own_org on %s using (position(org_id::text in current_setting(''app.org_id'', true)) > 0)
         with check (position(org_id::text in current_setting(''app.org_id'', true)) > 0)', tenant_table);
  end loop;
end $$;

-- An abnormal answer opens its case; one that is normal again closes it. A closed case is opened again by an answer that
-- is abnormal anew or in one more respect (a finding is a facet from 1 000 000 on), never by the same answer sent again.
-- It runs with the rights of whoever files, under row-level security.
create function follow_abnormal_answer() returns trigger language plpgsql as $$
declare
  became text;
begin
  if new.is_abnormal then
    insert into abnormal_cases as c (org_id, form_id, period_start, member_id, opened_at, changed_at)
    values (new.org_id, new.form_id, new.period_start, new.member_id, new.revised_at, new.revised_at)
    on conflict (org_id, form_id, period_start, member_id) do update set
      state = 'open', is_by_answer = false, version = c.version + 1,
      changed_at = greatest(c.changed_at, excluded.changed_at)
      where c.state = 'closed' and (old.is_abnormal is not true
        or exists (select from unnest(new.facets) as f where f > 1000000 and f <> all (old.facets)))
    returning case when c.version > 1 then 'answer-abnormal' end into became;
  else
    update abnormal_cases set state = 'closed', is_by_answer = true, version = version + 1,
      changed_at = greatest(changed_at, new.revised_at)
    where org_id = new.org_id and form_id = new.form_id and period_start = new.period_start
      and member_id = new.member_id and state <> 'closed'
    returning 'answer-normal' into became;
  end if;
  if became is not null then
    insert into case_notes (org_id, id, form_id, period_start, member_id, kind, written_at)
    values (new.org_id, gen_random_uuid(), new.form_id, new.period_start, new.member_id, became, new.revised_at);
  end if;
  return null;
end $$;

-- Filings that never were abnormal pay for the comparison alone.
create trigger submissions__case_opens after insert on submissions
  for each row when (new.is_abnormal) execute function follow_abnormal_answer();
create trigger submissions__case_follows after update of is_abnormal, facets on submissions
  for each row when (new.is_abnormal or old.is_abnormal) execute function follow_abnormal_answer();
