-- Suites the operator registers while the workplace runs, beside those of the suites file. They belong to the platform.
create table registered_suites (
  suite_id   text primary key,
  suite_key  text not null constraint registered_suites__key unique,
  state      text not null default 'active' check (state in ('active', 'stopped')),
  facts      jsonb not null, -- what everybody may read: name, addresses, push style
  secrets    bytea not null, -- sealed
  created_at timestamptz not null
);
