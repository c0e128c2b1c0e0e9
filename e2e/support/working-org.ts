import { getDirectorySync } from '@kangbao/shared/contracts/directory.ts'
import { publishForm } from '@kangbao/shared/contracts/forms.ts'
import type { AppId } from '@kangbao/shared/contracts/sessions.ts'
import type { InstalledApp } from '@kangbao/workplace/contracts/workbench.ts'
import type { DemoOrg } from '../demo/city.ts'
import { formSettings, importPeople, installAll } from '../demo/live-org.ts'
import { until } from '../drivers/http.ts'
import { Member } from '../drivers/member.ts'
import { WorkplacePerson, type Addresses } from '../drivers/workplace-person.ts'

/** An org at work: people imported, the three apps enabled, both forms published. */
export interface WorkingOrg {
  readonly name: string
  /** Its id at the workplace. */
  readonly hostOrgId: string
  readonly corpId: string
  /** Its id on the server. */
  readonly orgId: string
  readonly agents: Readonly<Record<AppId, InstalledApp['agentId']>>
  readonly forms: { readonly daily: string; readonly workStart: string }
  readonly adminPerson: WorkplacePerson
  readonly admin: Member
  /** Signed in, in the order of the outline; the admin is not among them. */
  readonly members: readonly Member[]
  readonly people: DemoOrg['people']
  /** The admin with a fresh session, as the app has it after an hour or two. */
  openAdmin(): Promise<Member>
}

const signInsAtOnce = 6

/** Makes an org by the calls its people's apps make. */
export async function foundOrg(addresses: Addresses, outline: DemoOrg): Promise<WorkingOrg> {
  const adminPerson = await WorkplacePerson.signIn(addresses, outline.adminPhone, outline.adminName)
  const { orgId: hostOrgId, corpId } = await adminPerson.createOrg(outline.name)
  await adminPerson.becomeCertified(hostOrgId)
  if (outline.people.length > 0) await importPeople(adminPerson, hostOrgId, outline)
  const agents = await installAll(adminPerson, hostOrgId)
  const host = { orgId: hostOrgId, corpId }
  const openAdmin = () => Member.open(adminPerson, 'forms', host, agents.forms)
  const admin = await openAdmin()
  await until(
    `directory of ${outline.name}`,
    () => admin.call(getDirectorySync, {}),
    ({ state, members }) => state === 'done' && members >= outline.people.length + 1,
    60_000,
  )
  // Until the other two apps are known as well, the org is not whole.
  await Member.open(adminPerson, 'employment-report', host, agents['employment-report'])
  await Member.open(adminPerson, 'health-report', host, agents['health-report'])
  const publish = async (templateId: string, repeats: boolean) =>
    (await admin.call(publishForm, { body: { templateId, settings: formSettings(repeats) } })).id
  const forms = {
    daily: await publish('zhengzhou/daily', true),
    workStart: await publish('zhengzhou/work-start', false),
  }
  const members: Member[] = []
  for (let from = 0; from < outline.people.length; from += signInsAtOnce) {
    const some = outline.people.slice(from, from + signInsAtOnce).map(async ({ phone, name }) => {
      const person = await WorkplacePerson.signIn(addresses, phone, name)
      return Member.open(person, 'forms', host, agents.forms)
    })
    members.push(...(await Promise.all(some)))
  }
  const orgId = admin.session.me.org?.id
  if (!orgId) throw new Error('the admin has no org')
  return {
    name: outline.name,
    hostOrgId,
    corpId,
    orgId,
    agents,
    forms,
    adminPerson,
    admin,
    members,
    people: outline.people,
    openAdmin,
  }
}

/** An invented org; `number` keeps its phones apart from those of the others of its stack. */
export function outlineOf(number: number, size: number): DemoOrg {
  const phone = (n: number) => `1380${String(number).padStart(3, '0')}${String(n).padStart(4, '0')}`
  return {
    name: `郑州试炼${number}号制造有限公司`,
    industry: '制造业',
    adminName: `欧阳试炼${number}`,
    adminPhone: phone(0),
    people: Array.from({ length: size }, (_, n) => ({
      name: `司马试炼${number}之${n + 1}`,
      phone: phone(n + 1),
      department: n % 2 === 0 ? '一车间' : '二车间',
      jobNumber: `T${number}-${n + 1}`,
      isHead: false,
    })),
  }
}

/** Somebody's healthy day, or one with a fever. */
export function dayAnswers(today: string, temperature = 36.5) {
  return {
    date: today,
    place: { code: '410105' },
    temperature,
    symptoms: ['none'],
    'contact-case': 'no',
    'contact-region': 'no',
    'been-region': 'no',
    isolation: 'none',
    'at-work': 'yes',
  }
}
