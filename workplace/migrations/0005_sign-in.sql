-- A sign-in by QR code names the browser that asks, and only the phone session that scanned it decides (Z-03, S-16).
-- Codes live a minute: those shown by the release before are simply shown again.
delete from scan_sign_ins;
alter table scan_sign_ins
  add column agent_hash text not null default '', -- of the browser's User-Agent: the secret works there only
  add column device     text,                     -- as "Chrome · Windows"; null: the browser tells nothing we know
  add column network    text not null default '', -- the neighbourhood of its address, not the address
  add column started_at timestamptz not null default now(),
  add column scanned_by uuid references sessions (id) on delete set null;
