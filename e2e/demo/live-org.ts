import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as xlsx from 'xlsx'
import type { CivilDate } from '@kangbao/shared/calendar/civil-day.ts'
import { getDirectorySync } from '@kangbao/shared/contracts/directory.ts'
import { publishForm, type FormSettings } from '@kangbao/shared/contracts/forms.ts'
import { sendReport } from '@kangbao/shared/contracts/reports.ts'
import type { AppId } from '@kangbao/shared/contracts/sessions.ts'
import { fileSubmission } from '@kangbao/shared/contracts/submissions.ts'
import { listSuites, type InstalledApp } from '@kangbao/workplace/contracts/workbench.ts'
import { until } from '../drivers/http.ts'
import { Member } from '../drivers/member.ts'
import { bindTo } from '../drivers/sandbox.ts'
import { WorkplacePerson, type Addresses } from '../drivers/workplace-person.ts'
import { dailyAnswers, workStartAnswers } from './answers.ts'
import type { DemoOrg, DemoPerson } from './city.ts'

type Agent = InstalledApp['agentId']

/** Everyone is asked; a form that repeats is sent every day at five. */
export const formSettings = (repeats: boolean): FormSettings => ({
  whoMayFill: 'org',
  audience: { kind: 'all' },
  sharedViewers: [],
  tellsPublisher: false,
  sendsDing: false,
  repeat: repeats ? { weekdays: [1, 2, 3, 4, 5, 6, 7], time: '17:00' } : null,
  endsOn: null,
  reminders: { memberAfterMinutes: 120, headsAfterMinutes: null },
})

/** An organisation of the demo that lives through its days by the same calls its people's apps make. */
export class LiveOrg {
  private readonly registered = new Set<string>()

  private constructor(
    readonly outline: DemoOrg,
    readonly orgId: string,
    readonly corpId: string,
    private readonly admin: WorkplacePerson,
    private readonly people: ReadonlyMap<DemoPerson, WorkplacePerson>,
    private readonly agents: Readonly<Record<AppId, Agent>>,
    private readonly forms: { readonly daily: string; readonly workStart: string },
  ) {}

  /** Registers, imports its people, installs the three apps and publishes both forms. */
  static async found(addresses: Addresses, outline: DemoOrg): Promise<LiveOrg> {
    const admin = await WorkplacePerson.signIn(addresses, outline.adminPhone, outline.adminName)
    const { orgId, corpId } = await admin.createOrg(outline.name)
    await admin.becomeCertified(orgId)
    await importPeople(admin, orgId, outline)
    const agents = await installAll(admin, orgId)
    const member = await Member.open(admin, 'forms', { orgId, corpId }, agents.forms)
    await until(
      `directory of ${outline.name}`,
      () => member.call(getDirectorySync, {}),
      ({ state, members }) => state === 'done' && members >= outline.people.length + 1,
    )
    // So that the console lets the admin in as well.
    await bindTo(member, addresses, outline.adminPhone)
    const publish = (templateId: string, repeats: boolean) =>
      member.call(publishForm, { body: { templateId, settings: formSettings(repeats) } })
    const daily = await publish('zhengzhou/daily', true)
    const workStart = await publish('zhengzhou/work-start', false)
    const people = new Map<DemoPerson, WorkplacePerson>()
    for (const person of outline.people) {
      people.set(person, await WorkplacePerson.signIn(addresses, person.phone, person.name))
    }
    const forms = { daily: daily.id, workStart: workStart.id }
    return new LiveOrg(outline, orgId, corpId, admin, people, agents, forms)
  }

  /** One morning: `share` of the people file; those not yet registered may register too. */
  async fileDay(today: CivilDate, share: number, random: () => number): Promise<number> {
    let filed = 0
    const everyone = [...this.people.entries()].filter(() => random() < share)
    const draws = everyone.map(([person, who]) => ({
      person,
      who,
      answers: dailyAnswers(today, random),
      registration:
        !this.registered.has(person.phone) && random() < 0.2 ? workStartAnswers(today, person, random) : null,
    }))
    // A few at a time, as phones do, and so that two cores are enough.
    for (let from = 0; from < draws.length; from += 8) {
      await Promise.all(
        draws.slice(from, from + 8).map(async ({ person, who, answers, registration }) => {
          const member = await Member.open(who, 'forms', this, this.agents.forms)
          const params = { formId: this.forms.daily, period: today }
          await member.call(fileSubmission, { params, body: { answers: { ...answers } } })
          filed += 1
          if (!registration) return
          const once = { formId: this.forms.workStart, period: 'once' }
          await member.call(fileSubmission, { params: once, body: { answers: { ...registration } } })
          this.registered.add(person.phone)
        }),
      )
    }
    return filed
  }

  /** The admin taps both buttons; nothing new is no fault. */
  async report(): Promise<void> {
    const member = await Member.open(this.admin, 'health-report', this, this.agents['health-report'])
    for (const kind of ['employment', 'health'] as const) await member.try(sendReport, { params: { kind } })
  }
}

/** Writes the outline's people to a spreadsheet and imports it. */
export async function importPeople(admin: WorkplacePerson, orgId: string, outline: DemoOrg): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'kangbao-demo-'))
  try {
    const file = join(folder, 'people.xlsx')
    writeFileSync(file, workbook(outline))
    const checked = await admin.uploadDirectory(orgId, file)
    if (checked.counts.invalid > 0)
      throw new Error(`the demo's contact book is wrong: ${JSON.stringify(checked.problems)}`)
    await admin.confirmDirectory(orgId, checked.id)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function workbook({ people }: DemoOrg): Buffer {
  const heading = ['姓名', '手机号', '部门', '工号', '是否此部门主管(是/否)']
  const rows = people.map(({ name, phone, department, jobNumber, isHead }) => [
    name,
    phone,
    department,
    jobNumber,
    isHead ? '是' : '否',
  ])
  const book = xlsx.utils.book_new(xlsx.utils.aoa_to_sheet([heading, ...rows]), '通讯录')
  return xlsx.write(book, { type: 'buffer', bookType: 'xlsx' }) as Buffer // by its `type`
}

/** Forms for everyone, the two reports for admins only, as the manual says. */
export async function installAll(admin: WorkplacePerson, orgId: string): Promise<Record<AppId, Agent>> {
  const { items } = await admin.call(listSuites, {})
  const install = async (name: string, kind: 'all' | 'admins') => {
    const found = items.find(({ suite }) => suite.name.includes(name))
    if (!found) throw new Error(`the workplace does not offer ${name}`)
    const scope = { kind }
    return (await admin.installApp(orgId, found.suite.suiteId, scope)).agentId
  }
  return {
    forms: await install('智能填表', 'all'),
    'employment-report': await install('企业用工登记上报', 'admins'),
    'health-report': await install('企业健康数据上报', 'admins'),
  }
}
