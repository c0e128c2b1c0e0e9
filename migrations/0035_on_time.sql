-- Until when filing is on time (Z-36): what the settings said when the period was opened or last changed. Whoever filed by
-- then is counted once, a minute after; late is whoever filed since.
alter table form_periods add column due_at timestamptz, add column on_time_counted_at timestamptz;
alter table completeness_counters add column on_time integer not null default 0;
