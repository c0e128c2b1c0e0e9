-- The second lock on every org-owned table: without `set local app.org_id` nothing is seen or written.
-- A setting once used on a pooled connection comes back as '', not null: no org, no rows.
do $$
declare
  t text;
begin
  foreach t in array array[
    'departments', 'members', 'member_departments', 'join_requests', 'admin_passwords', 'admin_elevations',
    'certifications', 'directory_imports', 'directory_import_rows', 'installed_apps',
    'conversations', 'messages', 'conversation_reads', 'message_tasks', 'message_receipts', 'dings', 'ding_receivers'
  ] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format(
      'create policy %I on %I using (org_id = nullif(current_setting(''app.org_id'', true), '''')::uuid)',
      t || '__own_org', t);
  end loop;
end
$$;
