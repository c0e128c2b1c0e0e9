/** What an API token may be given; each opens the routes whose contracts name it, and no other. */
export const apiScopes = [
  'directory.read',
  'forms.read',
  'completeness.read',
  'statistics.read',
  'reports.read',
  'events.read',
] as const
export type ApiScope = (typeof apiScopes)[number]
