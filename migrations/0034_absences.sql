-- Who is away on which days (Z-33, Z-36): not expected to file, never reminded, shown as excused.
create table absences (
  org_id     uuid not null references orgs (id),
  id         uuid not null,
  member_id  uuid not null,
  -- leave · travel · other. Never why: that may be health data.
  kind       text not null,
  from_day   date not null,
  to_day     date not null,
  entered_by uuid not null,
  entered_at timestamptz not null,
  -- Struck out before its first day: it excuses nobody.
  struck_at  timestamptz,
  primary key (org_id, id),
  foreign key (org_id, member_id) references members (org_id, id),
  constraint absences__kind check (kind in ('leave', 'travel', 'other')),
  constraint absences__days check (from_day <= to_day)
);
create index absences__member on absences (org_id, member_id, to_day);
select protect_tenant_table('absences');

-- Who was asked and excused in a period, where they stood that day: beside the expectations, and as lasting.
create table excusals (
  org_id          uuid not null references orgs (id),
  form_id         uuid not null,
  period_start    date not null,
  member_id       uuid not null,
  department_id   bigint not null,
  department_path bigint[] not null,
  primary key (org_id, form_id, period_start, member_id)
);
select protect_tenant_table('excusals');
