-- Those who have not confirmed a DING are reminded of it, but not every minute.
alter table dings add column reminded_at timestamptz;
