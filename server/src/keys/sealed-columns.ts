/** A column whose values are sealed: how its rows are walked, and where a value of a row stands. */
export interface SealedColumn {
  readonly table: string
  readonly column: string
  /** Rows of an org, seen through its scope, or of the installation. */
  readonly of: 'org' | 'system'
  /** Primary key without the org, in its order, with the types of its parts. */
  readonly key: Readonly<Record<string, 'uuid' | 'text' | 'date' | 'integer'>>
  /** Besides the key: what the place needs. */
  readonly alsoReads?: readonly string[]
  /** Table and row a value was sealed for, from the texts of the columns above. */
  readonly place: (row: Readonly<Record<string, string>>) => { readonly table: string; readonly row: string }
  /** A keyed hash beside the value that is made anew with it. */
  readonly hash?: { readonly column: string; readonly purpose: string }
}

/** One person's answers to a form in one period. */
const sheet = { form_id: 'uuid', period_start: 'date', member_id: 'uuid' } as const
const answersRow = (row: Readonly<Record<string, string>>) =>
  `${row['form_id']}/${row['period_start']}/${row['member_id']}/${row['revision']}`
const byId = (table: string, id: string) => (row: Readonly<Record<string, string>>) => ({
  table,
  row: row[id] ?? '',
})

/**
 * Every sealed column there is. What is not listed is not sealed anew when keys change, and would be lost with the old
 * key: a test compares this list with the classification of all columns.
 */
export const sealedColumns: readonly SealedColumn[] = [
  {
    table: 'submissions',
    column: 'answers',
    of: 'org',
    key: sheet,
    alsoReads: ['revision'],
    place: (row) => ({ table: 'submissions', row: answersRow(row) }),
  },
  {
    table: 'submission_revisions',
    column: 'answers',
    of: 'org',
    key: { ...sheet, revision: 'integer' },
    // Sealed as the newest, and moved here as it was.
    place: (row) => ({ table: 'submissions', row: answersRow(row) }),
  },
  {
    table: 'case_notes',
    column: 'note',
    of: 'org',
    key: { id: 'uuid' },
    place: byId('case_notes', 'id'),
  },
  {
    table: 'members',
    column: 'phone',
    of: 'org',
    key: { id: 'uuid' },
    place: byId('members', 'id'),
    hash: { column: 'phone_hash', purpose: 'phone' },
  },
  {
    table: 'mail_addresses',
    column: 'address',
    of: 'org',
    key: { member_id: 'uuid' },
    place: byId('mail_addresses', 'member_id'),
    hash: { column: 'address_hash', purpose: 'mail-address' },
  },
  {
    table: 'consents',
    column: 'guardian',
    of: 'org',
    key: { member_id: 'uuid', id: 'uuid' },
    place: byId('consents', 'id'),
  },
  {
    table: 'repeats',
    column: 'answer',
    of: 'org',
    key: { member_id: 'uuid', key_hash: 'text' },
    place: ({ member_id, key_hash }) => ({ table: 'repeats', row: `${member_id}/${key_hash}` }),
  },
  {
    table: 'exports',
    column: 'content_key',
    of: 'org',
    key: { id: 'uuid' },
    place: byId('exports', 'id'),
  },
  { table: 'files', column: 'name', of: 'org', key: { id: 'uuid' }, place: byId('files', 'id') },
  { table: 'files', column: 'content_key', of: 'org', key: { id: 'uuid' }, place: byId('files', 'id') },
  {
    table: 'webhook_endpoints',
    column: 'secret',
    of: 'org',
    key: { id: 'uuid' },
    place: byId('webhook_endpoints', 'id'),
  },
  {
    table: 'webhook_endpoints',
    column: 'old_secret',
    of: 'org',
    key: { id: 'uuid' },
    place: byId('webhook_endpoints', 'id'),
  },
  {
    table: 'signing_keys',
    column: 'secret',
    of: 'system',
    key: { kid: 'text' },
    place: byId('signing_keys', 'kid'),
  },
  { table: 'suites', column: 'ticket', of: 'system', key: { app: 'text' }, place: byId('suites', 'app') },
  {
    table: 'government_endpoints',
    column: 'secret',
    of: 'system',
    key: { id: 'uuid' },
    place: byId('government_endpoints', 'id'),
  },
  {
    table: 'authenticators',
    column: 'secret',
    of: 'system',
    key: { id: 'text' },
    place: byId('authenticators', 'id'),
  },
]
