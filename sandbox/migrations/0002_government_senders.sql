-- Whose key a report came under: a sender is shown the list of its own. Reports taken before belong to everybody.
alter table government_reports add column key_id text;
create index government_reports__day on government_reports (day, report_id);
