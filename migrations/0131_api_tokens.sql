-- Tokens of programs (X-08; ADR 73). Only a hash is kept: whoever reads the database reads no token. One acts in the name of the
-- admin who made it, within its scopes, and stops when he is no main admin any more.
create table api_tokens (
  org_id     uuid not null references orgs (id),
  id         uuid not null,
  name       text not null,
  -- How the token begins, to know it by.
  beginning  text not null,
  scopes     text[] not null,
  token_hash bytea not null,
  made_by    uuid not null,
  made_at    timestamptz not null,
  expires_at timestamptz not null,
  used_at    timestamptz,
  revoked_at timestamptz,
  primary key (org_id, id)
);
select protect_tenant_table('api_tokens');
