import { openDirect, type Conversation } from '@kangbao/workplace/contracts/messages.ts'
import { createGroup } from '@kangbao/workplace/contracts/groups.ts'
import * as orgContracts from '@kangbao/workplace/contracts/orgs.ts'
import type { WorkplacePerson } from '../drivers/workplace-person.ts'
import { newOrgName } from './journey.ts'

export interface Team {
  readonly org: string
  readonly orgId: string
  readonly admin: WorkplacePerson
  /** In the order of their names. */
  readonly people: readonly {
    readonly person: WorkplacePerson
    readonly userid: string
    readonly name: string
  }[]
}

/** An org with an admin and people who joined by its link; made over HTTP, for journeys about what they say. */
export async function newTeam(
  newPerson: (name: string) => Promise<WorkplacePerson>,
  what: string,
  names: readonly string[],
): Promise<Team> {
  const admin = await newPerson('何建国')
  const org = newOrgName(what)
  const { orgId } = await admin.createOrg(org)
  const { code } = await admin.call(orgContracts.getInvite, { params: { orgId } })
  const people = []
  for (const name of names) {
    const person = await newPerson(name)
    await person.call(orgContracts.joinOrg, { params: { code }, body: {} })
    const { userid } = await person.call(orgContracts.getOrg, { params: { orgId } })
    people.push({ person, userid, name })
  }
  return { org, orgId, admin, people }
}

/** A group of everybody but the admin, of the first of them. */
export async function newGroup({ orgId, people }: Team, name: string): Promise<Conversation> {
  const [first, ...others] = people
  if (!first) throw new Error('nobody to be in a group')
  const userids = others.map(({ userid }) => userid)
  return first.person.call(createGroup, { params: { orgId }, body: { userids, name } })
}

/** The one-to-one chat of two of them. */
export const chatOf = (
  { orgId }: Pick<Team, 'orgId'>,
  one: WorkplacePerson,
  userid: string,
): Promise<Conversation> => one.call(openDirect, { params: { orgId }, body: { userid } })
