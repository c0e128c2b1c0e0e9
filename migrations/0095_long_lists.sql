-- Long lists of options (Z-37): codes from 1000 on give facets from 2 000 000 on (ADR 65). One respect more in which an
-- answer is abnormal is a finding, 1 000 001 to 1 000 999, and nothing beyond. Expand only.
create or replace function follow_abnormal_answer() returns trigger language plpgsql as $$
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
        or exists (select from unnest(new.facets) as f where f between 1000001 and 1000999 and f <> all (old.facets)))
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

