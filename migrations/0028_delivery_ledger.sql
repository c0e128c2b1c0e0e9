-- The ledger people read (Z-33): whom a call left out because they had filed meanwhile, or left.
alter table push_batches add column left_out uuid[] not null default '{}';
create index pushes__period on pushes (org_id, form_id, period_start, id);
