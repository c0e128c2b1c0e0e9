-- Who has opened a message (Z-33): the platform tells it for a day after the send, so it is asked a few times and no more.
alter table push_batches
  add column read_ids uuid[] not null default '{}',
  -- When to ask next; null when everybody has, or the platform speaks of it no more.
  add column ask_reads_at timestamptz;
create index push_batches__reads on push_batches (org_id, push_id, ask_reads_at) where ask_reads_at is not null;
