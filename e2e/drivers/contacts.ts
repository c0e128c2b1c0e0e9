import {
  listDepartments,
  listMembers,
  searchDepartments,
  searchMembers,
  type Member,
} from '@kangbao/workplace/contracts/directory.ts'
import { getImport, undoImport, type DirectoryImport } from '@kangbao/workplace/contracts/imports.ts'
import { getOrg } from '@kangbao/workplace/contracts/orgs.ts'
import { until } from './http.ts'
import type { WorkplacePerson } from './workplace-person.ts'

/** The first page of a list, as cheap as a list can be. */
export const firstPage = (person: WorkplacePerson, orgId: string): Promise<unknown> =>
  person.call(listMembers, { params: { orgId }, query: { deptId: 1 } })

/** What the contacts page asks for when it opens. */
export const openContacts = (person: WorkplacePerson, orgId: string): Promise<unknown> =>
  Promise.all([
    person.call(getOrg, { params: { orgId } }),
    person.call(listDepartments, { params: { orgId }, query: { parentId: 1 } }),
    firstPage(person, orgId),
  ])

export async function searchPeople(
  person: WorkplacePerson,
  orgId: string,
  search: string,
): Promise<readonly Member[]> {
  return (await person.call(searchMembers, { params: { orgId }, body: { search } })).items
}

export const searchTeams = (person: WorkplacePerson, orgId: string, search: string): Promise<unknown> =>
  person.call(searchDepartments, { params: { orgId }, body: { search } })

/** Undoes the last import and waits until it is (Z-04). */
export async function undoDirectory(
  person: WorkplacePerson,
  orgId: string,
  importId: string,
): Promise<DirectoryImport> {
  const params = { orgId, importId }
  await person.call(undoImport, { params })
  const state = () => person.call(getImport, { params })
  return until('undo', state, (now) => now.state === 'undone', 120_000)
}
