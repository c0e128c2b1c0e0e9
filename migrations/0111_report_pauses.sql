-- Deliveries stopped by the operator, as while the receiver is being moved: reports are made and wait. At most one row. Expand only.
create table report_pauses (
  only_one  boolean primary key default true,
  paused_at timestamptz not null,
  -- Why, in the operator's words, as every organisation reads it.
  reason    text not null,
  constraint report_pauses__only_one check (only_one)
);
