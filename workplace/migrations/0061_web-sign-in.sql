-- An admin who opens an app's own back end from the admin pages comes with a code as well, redeemed by another token.
alter table auth_codes add column purpose text not null default 'app' check (purpose in ('app', 'admin'));
alter table open_tokens drop constraint open_tokens_kind_check;
alter table open_tokens add constraint open_tokens_kind_check check (kind in ('suite', 'corp', 'sso'));
