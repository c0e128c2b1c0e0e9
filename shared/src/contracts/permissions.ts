/**
 * What a caller may do. `public` needs no session; `session` needs any. The rest are granted by role (Z-24).
 */
export const permissions = [
  'public',
  'session',
  'submissions.file',
  'forms.read',
  'forms.publish',
  'kiosks.manage',
  'completeness.read',
  'completeness.remind',
  'absences.manage',
  'submissions.read',
  'submissions.correct',
  'cases.follow',
  'reports.read',
  'reports.send',
  'directory.read',
  'directory.sync',
  'audit.read',
  'privacy.manage',
  'open-api.manage',
  'operations.read',
  'operations.manage',
  'rollups.read',
] as const
export type Permission = (typeof permissions)[number]

/**
 * A member's standing in the org, as the host tells it; `operator` runs the installation and `viewer` sees the sums of a
 * region for the government: they belong to no org.
 */
export const roles = ['member', 'sub-admin', 'main-admin', 'operator', 'viewer'] as const
export type Role = (typeof roles)[number]

const member: readonly Permission[] = ['public', 'session', 'submissions.file']
const subAdmin: readonly Permission[] = [
  ...member,
  'forms.read',
  'completeness.read',
  'completeness.remind',
  'absences.manage',
  'submissions.read',
  'cases.follow',
  'directory.read',
]
const mainAdmin: readonly Permission[] = [
  ...subAdmin,
  'forms.publish',
  'kiosks.manage',
  'submissions.correct',
  'reports.read',
  'reports.send',
  'directory.sync',
  'audit.read',
  'privacy.manage',
  'open-api.manage',
]
const operator: readonly Permission[] = [
  'public',
  'session',
  'audit.read',
  'operations.read',
  'operations.manage',
]
const viewer: readonly Permission[] = ['public', 'session', 'rollups.read']

const granted: Readonly<Record<Role, ReadonlySet<Permission>>> = {
  member: new Set(member),
  'sub-admin': new Set(subAdmin),
  'main-admin': new Set(mainAdmin),
  operator: new Set(operator),
  viewer: new Set(viewer),
}

/** Whether a role may do what a route asks for (Z-24). */
export function may(role: Role, permission: Permission): boolean {
  return granted[role].has(permission)
}

/** The roles that may do it. */
export function rolesThatMay(permission: Permission): Role[] {
  return roles.filter((role) => may(role, permission))
}
