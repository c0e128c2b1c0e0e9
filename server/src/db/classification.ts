/**
 * What every column holds, reviewed with the migration that adds it (S-31). A test walks the catalogue: a column or a
 * field of a form that is not named here breaks the build.
 *
 * P0 technical · P1 of the organisation · P2 who somebody is and what he did, by id or name · P3 contact, secrets ·
 * P4 ID number and photo, health answers, colour, tracks, checks with place.
 */
export const dataClasses = ['P0', 'P1', 'P2', 'P3', 'P4'] as const
export type DataClass = (typeof dataClasses)[number]

/** How what is P3 or P4 is kept from whoever reads the database; anything else than these two is a reason why not. */
export type Kept = 'sealed' | 'hashed' | `readable: ${string}`

export interface TableClasses extends Partial<Readonly<Record<DataClass, string>>> {
  /** What the table is for. */
  readonly purpose: string
  /** Of every column that is P3 or P4. */
  readonly kept?: Readonly<Record<string, Kept>>
}

const counted =
  'readable: codes that make counting possible; the form version beside them explains them, so they are P4 all the same'

/** Columns by table and class, separated by spaces. Partitions are as their parents. */
export const tableClasses: Readonly<Record<string, TableClasses>> = {
  abnormal_cases: {
    purpose: 'follow-up of abnormal answers',
    P0: 'version',
    P1: 'org_id form_id period_start',
    P2: 'member_id looked_after_by opened_at changed_at',
    P4: 'state is_by_answer',
    kept: {
      state: 'readable: lists go by it; the row is there because an answer was abnormal, as submissions say',
      is_by_answer: 'readable: as state',
    },
  },
  absences: {
    purpose: 'who is away on which days',
    P0: 'id entered_at struck_at',
    P1: 'org_id',
    P2: 'member_id kind from_day to_day entered_by',
  },
  api_tokens: {
    purpose: 'tokens of programs of the organisation',
    P0: 'id scopes expires_at used_at revoked_at',
    P1: 'org_id name beginning',
    P2: 'made_by made_at',
    P3: 'token_hash',
    kept: { token_hash: 'hashed' },
  },
  audit_links: { purpose: 'chain of the audit log', P0: 'org_id seq row_id row_mac mac due_at' },
  audit_log: {
    purpose: 'who read and changed what',
    P0: 'id at action keep_days recorded_at detail',
    P1: 'org_id',
    P2: 'actor object people',
  },
  audit_people: { purpose: 'who looked at whom', P0: 'at audit_id', P1: 'org_id', P2: 'member_id' },
  audit_tails: { purpose: 'where a chain begins after a sweep', P0: 'org_id seq mac seal' },
  audit_waiting: { purpose: 'rows that owe their link', P0: 'org_id id' },
  authenticators: {
    purpose: 'second proof of the operator',
    P0: 'id confirmed_at last_step failures failed_at',
    P3: 'secret',
    kept: { secret: 'sealed' },
  },
  callback_inbox: {
    purpose: 'each callback once',
    P0: 'id app dedup_key kind received_at',
    P1: 'corp_id',
    P2: 'subject',
  },
  case_notes: {
    purpose: 'what was done about an abnormal answer',
    P0: 'id kind',
    P1: 'org_id form_id period_start',
    P2: 'member_id written_by written_at',
    P4: 'note',
    kept: { note: 'sealed' },
  },
  completeness_counters: {
    purpose: 'totals per department',
    P0: 'stripe',
    P1: 'org_id form_id period_start department_id expected collected abnormal on_time last_filed_at',
  },
  consents: {
    purpose: 'what a person took note of or agreed to',
    P0: 'id version',
    P1: 'org_id subject purpose',
    P2: 'member_id decision decided_at told_by kiosk_id',
    P3: 'guardian',
    kept: { guardian: 'sealed' },
  },
  daily_run_orgs: {
    purpose: 'daily report run',
    P0: 'run_id changed_at',
    P1: 'org_id state report_id reason endpoint_id',
  },
  daily_runs: { purpose: 'daily report run', P0: 'id kind day started_at finished_at' },
  data_keys: {
    purpose: 'keys values are sealed under',
    P0: 'org_id purpose no wrapped_by made_at retired_at seals',
    P3: 'wrapped',
    kept: { wrapped: 'sealed' },
  },
  departments: {
    purpose: 'copy of the directory',
    P0: 'last_sync sort_order removed_at',
    P1: 'org_id department_id parent_id name path',
  },
  directory_syncs: {
    purpose: 'progress of a sync',
    P0: 'run_id touched_at started_at finished_at state reason',
    P1: 'org_id departments members',
  },
  due_sends: { purpose: 'what is sent when', P0: 'kind send_at due_at', P1: 'org_id form_id' },
  erasures: {
    purpose: 'erasure asked for, and what became of it',
    P0: 'id',
    P1: 'org_id',
    P2: 'member_id asked_at due_at state ground explanation decided_by decided_at done_at',
  },
  event_feeds: { purpose: 'organisations that have an event feed', P0: 'last_seq', P1: 'org_id opened_at' },
  event_waiting: { purpose: 'events that owe their number', P0: 'org_id id' },
  expectations: {
    purpose: 'who is asked, and when he filed',
    P1: 'org_id form_id period_start department_id department_path',
    P2: 'member_id filed_at reminded_at',
  },
  export_schedule_runs: {
    purpose: 'who got a file of a scheduled export, for 90 days',
    P0: 'due_at export_id outcome',
    P1: 'org_id schedule_id',
    P2: 'member_id',
  },
  export_schedules: {
    purpose: 'exports made at set times',
    P0: 'id state stopped_for next_at created_at',
    P1: 'org_id form_id content timing',
    P2: 'owner_id recipients',
  },
  exports: {
    purpose: 'exports of answers, gone a day after they were made',
    P0: 'id state failure rows_done rows_total content_bytes downloads created_at expires_at',
    P1: 'org_id form_id request reason',
    P2: 'member_id',
    P3: 'content_key',
    kept: { content_key: 'sealed' },
  },
  files: {
    purpose: 'uploaded files',
    P0: 'id purpose state owner media_type size_bytes content_bytes thumbnail_bytes width height digest sent_as created_at',
    P1: 'org_id',
    P2: 'member_id',
    P3: 'content_key',
    P4: 'name',
    kept: { content_key: 'sealed', name: 'sealed' },
  },
  excusals: {
    purpose: 'who was asked and excused',
    P1: 'org_id form_id period_start department_id department_path',
    P2: 'member_id',
  },
  own_templates: {
    purpose: 'templates an organisation keeps itself',
    P0: 'id',
    P1: 'org_id name category description content made_at changed_at',
    P2: 'made_by',
  },
  form_tests: {
    purpose: 'drafts sent to some people to be tried',
    P0: 'id draft_id failure',
    P1: 'org_id content asked_at sent_at ends_at',
    P2: 'member_ids sent_by',
  },
  form_test_tries: {
    purpose: 'who has tried a draft that was sent to be tried',
    P0: 'test_id',
    P1: 'org_id tried_at',
    P2: 'member_id',
  },
  form_drafts: {
    purpose: 'forms being designed',
    P0: 'id revision form_id changed_at',
    P1: 'org_id content',
    P2: 'changed_by',
  },
  form_links: {
    purpose: 'finds a form by its open link',
    P1: 'org_id form_id',
    P3: 'link_token',
    kept: {
      link_token: 'readable: the link is shown and sent around; it opens a form to fill, and nothing filled',
    },
  },
  form_periods: {
    purpose: 'periods opened',
    P1: `org_id form_id period_start opened_at frozen_at due_at on_time_counted_at preparing_since prepared to_prepare`,
    P2: 'prepared_to',
  },
  form_versions: { purpose: 'what was asked', P1: 'org_id form_id version definition made_at' },
  forms: {
    purpose: 'published forms',
    P0: 'id version state period_kind template_id',
    P1: 'org_id settings published_at ended_at',
    P2: 'published_by',
    P3: 'link_token',
    kept: { link_token: 'readable: see form_links' },
  },
  government_endpoints: {
    purpose: 'where reports of a region go, and how that is doing',
    P0:
      'id signature receiver_key calls_per_second mode state revision paused_at failures failed_at failure next_try_at ' +
      'answered_at overdue_since tested_at test_outcome',
    P1: 'name address key_id region pause_reason failed_org',
    P3: 'secret',
    kept: { secret: 'sealed' },
  },
  installations: { purpose: 'apps in orgs', P1: 'org_id app agent_id state installed_at changed_at' },
  key_rotations: {
    purpose: 'progress of a change of keys',
    P0: 'id master_key started_at touched_at finished_at orgs orgs_done values_done',
  },
  kiosk_tries: {
    purpose: 'wrong numbers, names and cards at shared tablets, a day long',
    P0: 'failures since',
    P1: 'org_id',
    P3: 'about',
    kept: { about: 'hashed' },
  },
  kiosks: {
    purpose: 'shared tablets',
    P0: 'id',
    P1: 'org_id name place form_ids',
    P2: 'opened_by opened_at renewed_at seen_at closed_at',
    P3: 'token_hash',
    kept: { token_hash: 'hashed' },
  },
  legal_holds: {
    purpose: 'what must not be deleted for now',
    P0: 'id',
    P1: 'org_id form_id reason',
    P2: 'set_by set_at released_by released_at',
  },
  mail_addresses: {
    purpose: 'the mail address a person confirmed',
    P0: 'locale',
    P1: 'org_id',
    P2: 'member_id confirmed_at refused_at',
    P3: 'address address_hash',
    kept: { address: 'sealed', address_hash: 'hashed' },
  },
  member_cards: {
    purpose: 'printed cards of those without a phone',
    P0: 'id',
    P1: 'org_id',
    P2: 'member_id issued_by issued_at revoked_at',
  },
  member_departments: {
    purpose: 'copy of the directory',
    P1: 'org_id department_id',
    P2: 'member_id is_head valid_from valid_to',
  },
  members: {
    purpose: 'copy of the directory; the phone a person proved',
    P0: 'last_sync',
    P1: 'org_id department_id',
    P2: 'id user_id union_id name pinyin initials title job_number role manages is_guest joined_at left_at',
    P3: 'phone phone_hash',
    kept: { phone: 'sealed', phone_hash: 'hashed' },
  },
  message_usage: {
    purpose: 'messages sent in a month, counted',
    P0: 'app month messages calls',
    P1: 'org_id',
  },
  notification_choices: {
    purpose: 'ways of being written to that a person has stopped',
    P0: 'changed_at',
    P1: 'org_id',
    P2: 'member_id stopped quiet_from quiet_to',
  },
  org_events: {
    purpose: 'what happened, for systems of the organisation, for 30 days; ids, periods and counts',
    P0: 'id seq noted_at',
    P1: 'org_id type data',
    P2: 'at member_id',
  },
  orgs: {
    purpose: 'register of organisations',
    P0: 'id time_zone state removed_at created_at reconciled_on digested_until swept_on erased_at',
    P1: 'corp_id name region',
  },
  outbox: {
    purpose: 'effects that are owed; payloads hold ids, and one code of the platform, sealed',
    P0: 'id job dedup_key generation attempts created_at available_at relayed_at',
    P1: 'org_id',
    P2: 'payload',
  },
  parked_reports: {
    purpose: 'reports of which nobody knows whether they arrived',
    P0: 'report_id endpoint_id kind sequence parked_at absent_at',
    P1: 'org_id day',
  },
  phone_bindings: {
    purpose: 'signing in by phone before an org is known',
    P1: 'org_id',
    P2: 'member_id bound_at',
    P3: 'phone_hash',
    kept: { phone_hash: 'hashed' },
  },
  push_batches: {
    purpose: 'messages sent',
    P0: 'push_id batch state task_id reason sent_at settled_at sent_to ask_reads_at not_before',
    P1: 'org_id',
    P2: 'member_ids left_out read_ids',
  },
  push_failures: {
    purpose: 'messages that did not arrive',
    P0: 'push_id reason',
    P1: 'org_id',
    P2: 'member_id',
  },
  pushes: {
    purpose: 'messages sent',
    P0: 'id kind planned_at state made_at finished_at recipients reason joined_to',
    P1: 'org_id form_id period_start',
    P2: 'subject asked_by',
  },
  reconciliation_differences: {
    purpose: 'comparing reports with the receiver’s list',
    P0: 'reconciliation_id no kind report_id report_kind sequence fields',
    P1: 'org_id corp_id',
  },
  reconciliations: {
    purpose: 'comparing reports with the receiver’s list',
    P0: 'id day started_at finished_at state delivered open taken differences endpoint_id',
  },
  refresh_tokens: {
    purpose: 'renewing sessions once each',
    P0: 'session_id used_at',
    P3: 'token_hash',
    kept: { token_hash: 'hashed' },
  },
  region_viewers: {
    purpose: 'government staff who see the sums of a region',
    P0: 'id added_at',
    P1: 'region',
    P2: 'name',
    P3: 'phone_hash',
    kept: { phone_hash: 'hashed' },
  },
  region_rollups: {
    purpose: 'sums of reports over the tree of regions',
    P0: 'kind day',
    P1: 'region parent orgs figures',
  },
  repeats: {
    purpose: 'acts sent again are done once',
    P0: 'key_hash claim_id claimed_at done_at',
    P1: 'org_id',
    P2: 'member_id people',
    P4: 'answer fingerprint',
    kept: { answer: 'sealed', fingerprint: 'hashed' },
  },
  report_pauses: { purpose: 'deliveries stopped by the operator', P0: 'only_one paused_at', P1: 'reason' },
  reported_registrations: { purpose: 'counted once', P1: 'org_id report_id', P2: 'member_id' },
  reports: {
    purpose: 'counts sent to the government',
    P0: 'id kind sequence day attempts next_attempt_at state refusal endpoint_id trying_since',
    P1: 'org_id counts org_name made_at delivered_at receipt_no daily_run_id',
    P2: 'made_by',
  },
  retention_sweeps: {
    purpose: 'what each sweep deleted, signed',
    P0: 'id day started_at finished_at signature',
    P1: 'org_id deleted',
  },
  revocations: {
    purpose: 'what tokens may no longer do',
    P0: 'id recorded_at session_id role',
    P1: 'org_id',
    P2: 'member_id',
  },
  rollup_reports: {
    purpose: 'newest report of each organisation, as it stands in the sums',
    P0: 'kind day sequence is_dirty',
    P1: 'org_id reported_day counts folded_region figures place f1 f2 f3 f4 f5 f6 f7 f8',
  },
  schema_migrations: { purpose: 'migrations done', P0: 'id name run_on' },
  sessions: {
    purpose: 'sessions that can be seen and ended',
    P0: 'id kind expires_at idle_s end_reason',
    P1: 'org_id',
    P2: 'member_id device started_at seen_at proved_at ended_at',
  },
  setup_tokens: {
    purpose: 'set-up link used',
    P0: 'used_at',
    P3: 'token_hash',
    kept: { token_hash: 'hashed' },
  },
  signing_keys: {
    purpose: 'keys of access tokens',
    P0: 'kid created_at signs_from retires_at withdrawn_at',
    P3: 'secret',
    kept: { secret: 'sealed' },
  },
  sms_codes: {
    purpose: 'codes once each, and their limits',
    P0: 'id sent_at expires_at attempts used_at purpose is_known channel',
    P1: 'org_id',
    P3: 'phone_hash ip_hash code_hash asker_hash prefix_hash',
    kept: {
      phone_hash: 'hashed',
      ip_hash: 'hashed',
      code_hash: 'hashed',
      asker_hash: 'hashed',
      prefix_hash: 'hashed',
    },
  },
  sms_reminders: { purpose: 'texts sent as reminders, counted', P0: 'at_minute texts', P1: 'org_id' },
  submission_revisions: {
    purpose: 'answers as they were before a revision',
    P0: 'revision form_version way',
    P1: 'org_id form_id period_start',
    P2: 'member_id filed_by filed_at',
    P4: 'answers facets is_abnormal reason',
    kept: {
      answers: 'sealed',
      facets: counted,
      is_abnormal: counted,
      reason:
        'readable: why somebody corrected, in the words of the admin, who is asked not to name findings',
    },
  },
  submissions: {
    purpose: 'answers',
    P0: 'id number revision form_version carried way',
    P1: 'org_id form_id period_start department_id',
    P2: 'member_id filed_by filed_at revised_at',
    P4: 'answers facets is_abnormal reason',
    kept: {
      answers: 'sealed',
      facets: counted,
      is_abnormal: counted,
      reason: 'readable: as in submission_revisions',
    },
  },
  suites: {
    purpose: 'tickets of the platform',
    P0: 'app ticket_at',
    P3: 'ticket',
    kept: { ticket: 'sealed' },
  },
  system_audit_links: { purpose: 'chain of the installation’s log', P0: 'seq row_id row_mac mac due_at' },
  system_audit_log: {
    purpose: 'what happened to the installation',
    P0: 'id at action detail actor object keep_days recorded_at',
  },
  system_audit_tails: { purpose: 'where that chain begins', P0: 'one seq mac seal' },
  webhook_deliveries: {
    purpose: 'what became of events at endpoints, for 30 days; ids only',
    P0: 'id endpoint_id event_id seq state attempts status reason took_ms made_at tried_at',
    P1: 'org_id type',
  },
  webhook_endpoints: {
    purpose: 'where events of an organisation are sent',
    P0: 'id state disabled_for position failing_since retry_at held_until old_secret_until',
    P1: 'org_id url types',
    P2: 'made_by made_at',
    P3: 'secret old_secret',
    kept: { secret: 'sealed', old_secret: 'sealed' },
  },
}
