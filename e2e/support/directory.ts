import { listMembers, type Member } from '@kangbao/workplace/contracts/directory.ts'
import { getOrg } from '@kangbao/workplace/contracts/orgs.ts'
import type { WorkplacePerson } from '../drivers/workplace-person.ts'

export const membersIn = async (person: WorkplacePerson, orgId: string): Promise<number> =>
  (await person.call(getOrg, { params: { orgId } })).memberCount

/** Everybody in the org, page by page. */
export async function listOrgMembers(person: WorkplacePerson, orgId: string): Promise<Member[]> {
  const all: Member[] = []
  let cursor: string | null = null
  do {
    const query = { deep: true, limit: 200, ...(cursor ? { cursor } : {}) }
    const page: { items: Member[]; next: string | null } = await person.call(listMembers, {
      params: { orgId },
      query,
    })
    all.push(...page.items)
    cursor = page.next
  } while (cursor)
  return all
}
