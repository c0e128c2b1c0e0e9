import { getDirectorySync } from '@kangbao/shared/contracts/directory.ts'
import { publishForm, type Form, type FormSettings } from '@kangbao/shared/contracts/forms.ts'
import type { AppId } from '@kangbao/shared/contracts/sessions.ts'
import type { InstalledApp } from '@kangbao/workplace/contracts/workbench.ts'
import { installAll } from '../demo/live-org.ts'
import { until } from '../drivers/http.ts'
import { Member } from '../drivers/member.ts'
import { WorkplacePerson, type Addresses } from '../drivers/workplace-person.ts'
import { writeBook } from './importing.ts'
import { newOrgName, newPhone } from './journey.ts'

/** Nobody repeats an hour's reminders in a journey: what is sent is sent at once. */
export const sentAtOnce: FormSettings = {
  whoMayFill: 'org',
  audience: { kind: 'all' },
  sharedViewers: [],
  tellsPublisher: false,
  sendsDing: false,
  repeat: null,
  endsOn: null,
  reminders: { memberAfterMinutes: null, headsAfterMinutes: null },
}

/** Name → department; departments with a dash are nested. */
export const workshop: Readonly<Record<string, string>> = {
  李晓梅: '人事部',
  王建国: '生产部-一车间',
  张丽: '生产部-一车间',
  赵志强: '生产部-二车间',
  孙敏: '质检部',
}

/** An organisation with its people and the three apps, founded over HTTP so that a journey starts where it matters. */
export class Company {
  private readonly signedIn = new Map<string, WorkplacePerson>()

  private constructor(
    private readonly addresses: Addresses,
    readonly name: string,
    readonly orgId: string,
    readonly corpId: string,
    readonly admin: WorkplacePerson,
    readonly phones: Readonly<Record<string, string>>,
    private readonly agents: Readonly<Record<AppId, InstalledApp['agentId']>>,
  ) {}

  /** The founder is the main admin and a member too. */
  static async found(
    addresses: Addresses,
    what: string,
    adminName: string,
    people: Readonly<Record<string, string>> = workshop,
    heads: readonly string[] = [],
    staffNumbers: Readonly<Record<string, string>> = {},
  ): Promise<Company> {
    const name = newOrgName(what)
    const admin = await WorkplacePerson.signIn(addresses, newPhone(), adminName)
    const { orgId, corpId } = await admin.createOrg(name)
    await admin.becomeCertified(orgId)
    const phones = Object.fromEntries(Object.keys(people).map((person) => [person, newPhone()]))
    await importPeople(admin, orgId, { people, phones, heads, staffNumbers })
    const agents = await installAll(admin, orgId)
    const company = new Company(addresses, name, orgId, corpId, admin, phones, agents)
    const member = await company.adminIn('forms')
    await until(
      `directory of ${name}`,
      () => member.call(getDirectorySync, {}),
      ({ state, members }) => state === 'done' && members > Object.keys(people).length,
    )
    return company
  }

  /** A member of the company with a session in the workplace. */
  async person(name: string): Promise<WorkplacePerson> {
    const known = this.signedIn.get(name)
    if (known) return known
    const phone = this.phones[name]
    if (!phone) throw new Error(`${name} is not in ${this.name}`)
    const person = await WorkplacePerson.signIn(this.addresses, phone, name)
    this.signedIn.set(name, person)
    return person
  }

  adminIn(app: AppId): Promise<Member> {
    return Member.open(this.admin, app, this, this.agents[app])
  }

  async memberIn(app: AppId, name: string): Promise<Member> {
    return Member.open(await this.person(name), app, this, this.agents[app])
  }

  async publish(templateId: string, settings: Partial<FormSettings> = {}): Promise<Form> {
    const member = await this.adminIn('forms')
    return member.call(publishForm, { body: { templateId, settings: { ...sentAtOnce, ...settings } } })
  }
}

async function importPeople(
  admin: WorkplacePerson,
  orgId: string,
  {
    people,
    phones,
    heads,
    staffNumbers,
  }: {
    people: Readonly<Record<string, string>>
    phones: Readonly<Record<string, string>>
    heads: readonly string[]
    staffNumbers: Readonly<Record<string, string>>
  },
): Promise<void> {
  const rows = Object.entries(people).map(([name, department]) => [
    name,
    phones[name] ?? '',
    department,
    heads.includes(name) ? '是' : '否',
    staffNumbers[name] ?? '',
  ])
  const head = ['姓名', '手机号', '部门', '是否主管', '工号']
  const checked = await admin.uploadDirectory(orgId, writeBook([head, ...rows]))
  if (checked.counts.invalid > 0) throw new Error(`wrong contact book: ${JSON.stringify(checked.problems)}`)
  await admin.confirmDirectory(orgId, checked.id)
}
