import type { Role } from '../contracts/permissions.ts'

/** What lets somebody file for a colleague: he heads a department of his, or he is an admin over it. */
export type FilerRelation = 'head' | 'admin'

/** Somebody who wants to file for another, as the directory has him now. */
export interface Filer {
  readonly memberId: string
  readonly role: Role
  /** A guest stands in no department, and nobody stands below him. */
  readonly isGuest: boolean
  /** Departments he heads. */
  readonly heads: readonly number[]
  /** Departments he manages as a sub-admin. */
  readonly manages: readonly number[]
}

/** Somebody answers are to be filed for. */
export interface Colleague {
  readonly memberId: string
  readonly isGuest: boolean
  /** Of every department he stands in, the way from the root down to it, itself included. */
  readonly paths: readonly (readonly number[])[]
}

/**
 * What lets one file for the other, or null (Z-34). A department counts with everything below it; nobody files for
 * himself this way, since what is one's own is filed and changed as one's own.
 */
export function relationTo(filer: Filer, colleague: Colleague): FilerRelation | null {
  if (filer.memberId === colleague.memberId || filer.isGuest || colleague.isGuest) return null
  const standsIn = (ids: readonly number[]) =>
    colleague.paths.some((path) => path.some((id) => ids.includes(id)))
  if (standsIn(filer.heads)) return 'head'
  if (filer.role === 'main-admin') return 'admin'
  return filer.role === 'sub-admin' && standsIn(filer.manages) ? 'admin' : null
}

/** The departments whose people, with those below, somebody may file for: the same rule, for lists. */
export function filesForDepartments(filer: Filer): readonly number[] | 'all' {
  if (filer.isGuest) return []
  if (filer.role === 'main-admin') return 'all'
  return [...new Set([...filer.heads, ...(filer.role === 'sub-admin' ? filer.manages : [])])]
}

/** Whether there may be anybody at all he could file for. */
export function filesForOthers(filer: Filer): boolean {
  const departments = filesForDepartments(filer)
  return departments === 'all' || departments.length > 0
}
