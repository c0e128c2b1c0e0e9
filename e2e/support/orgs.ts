import { getDirectorySync } from '@kangbao/shared/contracts/directory.ts'
import { publishForm, type Form } from '@kangbao/shared/contracts/forms.ts'
import type { AppId } from '@kangbao/shared/contracts/sessions.ts'
import * as orgContracts from '@kangbao/workplace/contracts/orgs.ts'
import type { InstalledApp } from '@kangbao/workplace/contracts/workbench.ts'
import { installAll } from '../demo/live-org.ts'
import { until } from '../drivers/http.ts'
import { Member } from '../drivers/member.ts'
import type { WorkplacePerson } from '../drivers/workplace-person.ts'
import { newOrgName } from './journey.ts'

export interface SettledOrg {
  readonly admin: WorkplacePerson
  readonly member: WorkplacePerson
  readonly org: string
  readonly orgId: string
  readonly corpId: string
  readonly agents: Readonly<Record<AppId, InstalledApp['agentId']>>
}

/** An org with an admin, a member and the three apps; made over HTTP, for journeys about what comes after. */
export async function settledOrg(
  newPerson: (name: string) => Promise<WorkplacePerson>,
  what: string,
): Promise<SettledOrg> {
  const [admin, member] = await Promise.all([newPerson('何建国'), newPerson('朱雪晴')])
  const org = newOrgName(what)
  const { orgId, corpId } = await admin.createOrg(org)
  await admin.becomeCertified(orgId)
  const { code } = await admin.call(orgContracts.getInvite, { params: { orgId } })
  await member.call(orgContracts.joinOrg, { params: { code }, body: {} })
  const agents = await installAll(admin, orgId)
  return { admin, member, org, orgId, corpId, agents }
}

/** The server's side of an org, once it knows as many people as the workplace. */
export async function onServer(
  { admin, orgId, corpId, agents }: Pick<SettledOrg, 'admin' | 'orgId' | 'corpId' | 'agents'>,
  people: number,
): Promise<Member> {
  const member = await Member.open(admin, 'forms', { orgId, corpId }, agents.forms)
  await until(
    'the directory on the server',
    () => member.call(getDirectorySync, {}),
    ({ state, members }) => state === 'done' && members >= people,
  )
  return member
}

/** Publishes the daily form to everyone; the first cards go out at once. */
export async function publishDaily(org: SettledOrg, people = 2): Promise<Form> {
  const member = await onServer(org, people)
  return member.call(publishForm, {
    body: {
      templateId: 'zhengzhou/daily',
      settings: {
        whoMayFill: 'org',
        audience: { kind: 'all' },
        sharedViewers: [],
        tellsPublisher: false,
        sendsDing: false,
        repeat: null,
        endsOn: null,
        reminders: { memberAfterMinutes: 120, headsAfterMinutes: null },
      },
    },
  })
}
