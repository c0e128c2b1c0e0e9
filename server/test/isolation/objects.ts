import { createHmac } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { enterAbsences } from '@kangbao/shared/contracts/absences.ts'
import { makeApiToken } from '@kangbao/shared/contracts/api-tokens.ts'
import {
  addExportSchedule,
  setExportScheduleState,
  type NewExportSchedule,
} from '@kangbao/shared/contracts/export-schedules.ts'
import { uploadFile, type StoredFile } from '@kangbao/shared/contracts/files.ts'
import { enterKiosk, type KioskVisit } from '@kangbao/shared/contracts/kiosk-tablet.ts'
import { openKiosk, printCards } from '@kangbao/shared/contracts/kiosks.ts'
import { keepOwnTemplate } from '@kangbao/shared/contracts/own-templates.ts'
import { askErasure } from '@kangbao/shared/contracts/own-data.ts'
import { setHold } from '@kangbao/shared/contracts/retention.ts'
import { addWebhook, testWebhook } from '@kangbao/shared/contracts/webhooks.ts'
import { fileSubmission } from '@kangbao/shared/contracts/submissions.ts'
import { newId } from '../../src/db/ids.ts'
import { insertTest } from '../../src/features/designing/form-tests.repo.ts'
import { signedLink } from '../../src/features/files/links.ts'
import { healthyAnswers, workStartAnswers } from '../answers.ts'
import type { TestServer } from '../server.ts'
import { newDraft, ownContent } from '../own-form.ts'
import { newRegionViewer, placed } from '../rollups.ts'
import { newWorld, type Person, type World } from '../world.ts'
import { send } from './calls.ts'

/** Everything a request can name. Requests of the registry read the ids they need, and no more. */
export interface Objects {
  /** A daily form of the org, published to all, with a shared viewer. */
  readonly formId: string
  /** Civil day that is open for it. */
  readonly period: string
  /** Somebody who has filed for that day. */
  readonly memberId: string
  /** Somebody who has not. */
  readonly missingMemberId: string
  readonly userId: string
  readonly departmentId: number
  readonly corpId: string
  /** A form that anyone with its link may fill. */
  readonly openFormId: string
  readonly linkToken: string
  /** A daily run of the installation, which belongs to no org. */
  readonly runId: string
  /** A request for deletion by the first of those who have filed, and a legal hold on the form. */
  readonly erasureId: string
  readonly holdId: string
  /** Sent by the first of those who have filed. */
  readonly fileId: string
  /** Opens that file without a session. */
  readonly fileLink: string
  /** Asked for by the main admin. */
  readonly exportId: string
  readonly scheduleId: string
  /** The main admin himself. */
  readonly adminId: string
  readonly memberCursor: string
  readonly formCursor: string
  /** A form being designed, fit to be published. */
  readonly draftId: string
  readonly draftCursor: string
  /** A draft sent to everybody the matrix asks as. */
  readonly testId: string
  readonly ownTemplateId: string
  readonly ownTemplateCursor: string
  readonly absenceId: string
  readonly kioskId: string
  /** Lets a tablet in, and somebody at it. */
  readonly kioskToken: string
  readonly kioskPass: string
  readonly cardCode: string
  /** Where the org is. */
  readonly region: string
  /** An API token. */
  readonly tokenId: string
  /** A webhook, and a test that was sent there. */
  readonly endpointId: string
  readonly deliveryId: string
}
export type ObjectName = keyof Objects

/** Ids that lie in a department, so that a sub-admin elsewhere may not reach them. */
export const inDepartments: readonly ObjectName[] = ['memberId', 'missingMemberId', 'departmentId', 'userId']
/** Where a page of a list begins: says nothing by itself, and nothing may come out that was not there before. */
export const positions: readonly ObjectName[] = [
  'memberCursor',
  'formCursor',
  'draftCursor',
  'ownTemplateCursor',
]

/** An org whose every readable text can be told from any other org's. */
export interface Tenant {
  readonly world: World
  /** Objects in department 2. */
  readonly here: Objects
  /** The same org's objects in department 3. */
  readonly there: Objects
  readonly people: {
    readonly viewer: Person
    readonly mainAdmin: Person
    readonly member: Person
    readonly adminHere: Person
    readonly adminThere: Person
  }
  readonly viewerUserId: string
  /** Of the government: sees the region the org is in. */
  readonly regionViewerId: string
  /** Texts that show whose data came out, by department; `org` is for every department. */
  readonly canaries: Readonly<Record<'org' | 'here' | 'there', readonly string[]>>
}

const day = '2026-03-02'

/**
 * An org with two departments of four people each, one of whom has filed an abnormal answer.
 * @param mark Two letters in every name, so that a stray name tells where it comes from.
 */
export async function newTenant(server: TestServer, mark: string, runId: string = newId()): Promise<Tenant> {
  const world = await newWorld(server, { members: 8 })
  // Department numbers are the host's and small: another org's must not happen to exist here as well.
  const [two, three] = mark === 'aa' ? [2, 3] : [72, 73]
  await renameAll(server, world, mark, [two, three])
  const { formId, openFormId, linkToken } = await publishForms(server, world)
  const filed = [world.members[0], world.members[4]]
  for (const person of filed) {
    const input = {
      params: { formId, period: day },
      body: { answers: healthyAnswers(day, { temperature: 37.5 }) },
    }
    const reply = await person?.inject(fileSubmission, input)
    if (reply?.status !== 200) throw new Error(`not filed: ${JSON.stringify(reply?.body)}`)
  }
  const [fileHere, fileThere] = [await sendFile(server, world, 0), await sendFile(server, world, 4)]
  const { erasureId, holdId } = await newRequests(world, formId)
  const draftId = await newDraft(server, world, ownContent)
  const testId = await newFormTest(server, world, draftId)
  const ownTemplateId = await newOwnTemplate(world, draftId)
  const exportId = await newExport(server, world, formId)
  const scheduleId = await newSchedule(world, formId)
  const absenceIds = await newAbsences(world)
  const tablet = await newTablet(server, world)
  const region = mark === 'aa' ? '410105' : '420102'
  await placed(server, world.orgId, region)
  const tokenId = await newToken(world)
  const webhook = await newWebhook(world)
  const objects = (first: number, departmentId: number): Objects => ({
    ...(first === 0 ? fileHere : fileThere),
    formId,
    period: day,
    memberId: world.members[first]?.memberId ?? '',
    missingMemberId: world.members[first + 1]?.memberId ?? '',
    userId: `${mark}-user${first + 1}`,
    departmentId,
    corpId: world.corpId,
    openFormId,
    linkToken,
    runId,
    erasureId,
    holdId,
    exportId,
    scheduleId,
    adminId: world.admin.memberId,
    memberCursor: world.members[first]?.memberId ?? '',
    formCursor: formId,
    draftId,
    draftCursor: draftId,
    testId,
    ownTemplateId,
    ownTemplateCursor: ownTemplateId,
    absenceId: absenceIds[first === 0 ? 0 : 1] ?? '',
    ...tablet,
    region,
    tokenId,
    ...webhook,
  })
  const names = (from: number) =>
    world.members
      .slice(from, from + 4)
      .flatMap((person, i) => [`${mark}员工${from + i + 1}`, `${mark}-user${from + i + 1}`, person.memberId])
  const member = (at: number) => world.members[at] ?? world.member
  return {
    world,
    here: objects(0, two),
    there: objects(4, three),
    people: {
      mainAdmin: world.admin,
      member: member(0),
      adminHere: world.as(member(3), 'sub-admin'),
      adminThere: world.as(member(6), 'sub-admin'),
      viewer: member(7),
    },
    viewerUserId: `${mark}-user8`,
    regionViewerId: await newRegionViewer(server, region),
    canaries: {
      org: [`${mark}企业`, world.corpId, linkToken, formId, draftId],
      here: names(0),
      there: names(4),
    },
  }
}

async function newFormTest(
  { deps }: TestServer,
  { orgId, admin, members }: World,
  draftId: string,
): Promise<string> {
  const now = deps.clock.now()
  const test = {
    id: newId(),
    draftId,
    content: ownContent,
    memberIds: members.map(({ memberId }) => memberId),
    sentBy: admin.memberId,
    askedAt: now,
    endsAt: now + 86_400_000,
  }
  await deps.database.inOrg(orgId, { kind: 'system', name: 'test' }, (scope) => insertTest(scope, test))
  return test.id
}

/** A template of its own, made of its draft. */
async function newOwnTemplate(world: World, draftId: string): Promise<string> {
  const label = { name: '常用登记', category: '常用', description: '' }
  return (await world.admin.inject(keepOwnTemplate, { body: { of: { draftId }, label } })).body.id
}

/** Two who will be away long after the day of the matrix: one here, one there. */
async function newAbsences(world: World): Promise<string[]> {
  const memberIds = [1, 5].flatMap((at) => world.members[at]?.memberId ?? [])
  const body = { memberIds, kind: 'leave', from: '2026-05-01', to: '2026-05-02' } as const
  return (await world.admin.inject(enterAbsences, { body })).body.ids
}

/** A shared tablet, and a card of somebody who has not filed, with which he has said there who he is. */
async function newTablet(server: TestServer, { admin, members }: World) {
  const { kiosk, link } = (await admin.inject(openKiosk, { body: { name: '门卫' } })).body
  const token = new URL(link).hash.slice(1)
  const body = { memberIds: [members[1]?.memberId ?? ''], isAnew: false }
  const cardCode = (await admin.inject(printCards, { body })).body.items[0]?.code ?? ''
  const entering = { body: { token, presented: { card: cardCode } } }
  const reply = await send(server, enterKiosk, entering, { token: null })
  if (reply.status !== 200) throw new Error(`not let in: ${reply.text}`)
  const { pass } = JSON.parse(reply.text) as KioskVisit // by its contract
  return { kioskId: kiosk.id, kioskToken: token, kioskPass: pass, cardCode }
}

async function newWebhook({ admin }: World) {
  const url = 'https://hr.example.com/kangbao'
  const { id: endpointId } = (await admin.inject(addWebhook, { body: { url } })).body.endpoint
  const { id: deliveryId } = (await admin.inject(testWebhook, { params: { endpointId } })).body
  return { endpointId, deliveryId }
}

async function newToken({ admin }: World): Promise<string> {
  const body = { name: '接口', scopes: ['events.read' as const], days: 30 }
  return (await admin.inject(makeApiToken, { body })).body.token.id
}

/** Names, host ids and department numbers of this org only. */
async function renameAll(
  server: TestServer,
  { orgId, members }: World,
  mark: string,
  [two, three]: readonly [number, number],
): Promise<void> {
  const managers = [
    [members[3]?.memberId, two],
    [members[6]?.memberId, three],
  ]
  await server.deps.database.inSystem(({ tx }) =>
    tx.execute(sql`update orgs set name = ${`${mark}企业`} where id = ${orgId}`),
  )
  await server.deps.database.inOrg(orgId, { kind: 'system', name: 'test' }, async ({ tx }) => {
    await tx.execute(sql`update members set name = ${mark} || name, user_id = ${`${mark}-`} || user_id`)
    for (const [from, to] of [
      [2, two],
      [3, three],
    ]) {
      const changed = sql`department_id = ${to}`
      await tx.execute(sql`update departments set ${changed}, path = array[1, ${to}]::bigint[], name = ${`${mark}部门${String(from)}`}
        where department_id = ${from}`)
      await tx.execute(sql`update members set ${changed} where department_id = ${from}`)
      await tx.execute(sql`update member_departments set ${changed} where department_id = ${from}`)
    }
    for (const [id, manages] of managers) {
      await tx.execute(
        sql`update members set role = 'sub-admin', manages = array[${manages}]::bigint[] where id = ${id}`,
      )
    }
  })
}

async function publishForms(server: TestServer, world: World) {
  const viewer = await userIdOf(server, world, world.members[7]?.memberId ?? '')
  const form = await world.publish('zhengzhou/daily', { sharedViewers: [viewer] })
  const once = await world.publish('zhengzhou/work-start', { whoMayFill: 'anyone' })
  const answers = workStartAnswers({ places: `${viewer}的行程`, department: viewer })
  const filing = { params: { formId: once.id, period: 'once' }, body: { answers } }
  for (const person of [world.members[0], world.members[4]]) {
    const reply = await person?.inject(fileSubmission, filing)
    if (reply?.status !== 200) throw new Error(`not filed: ${JSON.stringify(reply?.body)}`)
  }
  const linkToken = new URL(once.link).searchParams.get('link')
  if (linkToken === null) throw new Error('no link for anyone')
  return { formId: form.id, openFormId: once.id, linkToken }
}

/** Somebody asked for deletion, and the admin holds the form. */
async function newRequests(world: World, formId: string) {
  const asked = await world.members[2]?.inject(askErasure, { body: {} })
  const held = await world.admin.inject(setHold, { body: { formId, reason: '配合调查' } })
  if (asked?.status !== 200 || held.status !== 200) throw new Error('no requests')
  return { erasureId: asked.body.id, holdId: held.body.id }
}

/** One that failed, so that it stands in nobody's way. */
async function newExport(server: TestServer, { orgId, admin }: World, formId: string): Promise<string> {
  const id = newId()
  const at = new Date(server.deps.clock.now())
  const request = { shape: 'table', format: 'csv', from: day, to: day, locale: 'zh-CN' }
  await server.deps.database.inOrg(orgId, { kind: 'system', name: 'test' }, ({ tx }) =>
    tx.execute(sql`
      insert into exports (org_id, id, member_id, form_id, request, state, failure, created_at, expires_at)
      values (${orgId}, ${id}, ${admin.memberId}, ${formId}, ${JSON.stringify(request)}::jsonb, 'failed', 'broken',
        ${at.toISOString()}, ${new Date(at.getTime() + 86_400_000).toISOString()})`),
  )
  return id
}

/** Paused, so that no worker makes it. */
async function newSchedule({ admin }: World, formId: string): Promise<string> {
  const body: NewExportSchedule = {
    shape: 'table',
    format: 'csv',
    locale: 'zh-CN',
    span: 'yesterday',
    timing: { every: 'day', time: '08:00' },
    recipients: [admin.memberId],
  }
  const { id: scheduleId } = (await admin.inject(addExportSchedule, { params: { formId }, body })).body
  await admin.inject(setExportScheduleState, {
    params: { formId, scheduleId },
    body: { state: 'paused' },
  })
  return scheduleId
}

async function sendFile(server: TestServer, world: World, at: number) {
  const sender = world.members[at] ?? world.member
  const reply = await send(server, uploadFile, { query: { purpose: 'document' } }, { token: sender.token })
  if (reply.status !== 200) throw new Error(`not sent: ${reply.text}`)
  const { id: fileId } = JSON.parse(reply.text) as StoredFile // by its contract
  const expiresAt = server.deps.clock.now() + 3_600_000
  const target = {
    orgId: world.orgId,
    fileId,
    memberId: sender.memberId,
    part: 'content',
    expiresAt,
  } as const
  return { fileId, fileLink: await signedLink(server.deps.vault, target) }
}

function userIdOf(server: TestServer, { orgId }: World, memberId: string): Promise<string> {
  return server.deps.database.inOrg(orgId, { kind: 'system', name: 'test' }, async ({ tx }) => {
    const { rows } = await tx.execute<{ user_id: string }>(
      sql`select user_id from members where id = ${memberId}`,
    )
    return rows[0]?.user_id ?? ''
  })
}

/** Ids that never were, shaped like the real ones and the same in every run. */
export function missingObjects(like: Objects): Objects {
  const id = (name: string) => {
    const hex = createHmac('sha256', 'nobody').update(name).digest('hex')
    return `01938f6e-${hex.slice(0, 4)}-7${hex.slice(4, 7)}-8${hex.slice(7, 10)}-${hex.slice(10, 22)}`
  }
  return {
    formId: id('form'),
    period: like.period,
    memberId: id('member'),
    missingMemberId: id('missing'),
    userId: 'zz-user999',
    departmentId: 999_999,
    corpId: 'ding00000000ffff',
    openFormId: id('open form'),
    linkToken: 'nosuchlinknosuchlinkxx',
    runId: id('run'),
    erasureId: id('erasure'),
    holdId: id('hold'),
    fileId: id('file'),
    fileLink: 'c.nosuchlink',
    exportId: id('export'),
    scheduleId: id('schedule'),
    adminId: id('admin'),
    memberCursor: id('cursor'),
    formCursor: id('form'),
    testId: id('test'),
    ownTemplateId: id('own-template'),
    ownTemplateCursor: id('own-template'),
    draftId: id('draft'),
    draftCursor: id('draft'),
    absenceId: id('absence'),
    kioskId: id('kiosk'),
    kioskToken: 'n'.repeat(75),
    kioskPass: 'n'.repeat(54),
    cardCode: `KB${'0'.repeat(64)}`,
    region: '999999',
    tokenId: id('api-token'),
    endpointId: id('webhook'),
    deliveryId: id('delivery'),
  }
}
