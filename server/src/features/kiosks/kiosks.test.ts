import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { getCompleteness, listCompletenessPeople } from '@kangbao/shared/contracts/completeness.ts'
import { urlOf } from '@kangbao/shared/contracts/client.ts'
import { listMyConsents } from '@kangbao/shared/contracts/consents.ts'
import type { ToldConsents } from '@kangbao/shared/contracts/colleagues.ts'
import type { Contract, InputOf, ResponseOf } from '@kangbao/shared/contracts/contract.ts'
import * as tablet from '@kangbao/shared/contracts/kiosk-tablet.ts'
import {
  closeKiosk,
  listKiosks,
  openKiosk,
  printCards,
  renewKiosk,
} from '@kangbao/shared/contracts/kiosks.ts'
import { publishDraft } from '@kangbao/shared/contracts/designing.ts'
import { getMyData } from '@kangbao/shared/contracts/own-data.ts'
import { fileSubmission, getSubmission, listSubmissionFiles } from '@kangbao/shared/contracts/submissions.ts'
import type { Answers, FileRef } from '@kangbao/shared/forms/answers.ts'
import type { Problem } from '@kangbao/shared/errors/problem.ts'
import { idNumberCheckDigit } from '@kangbao/shared/identity/id-number.ts'
import { healthyAnswers, workStartAnswers } from '../../../test/answers.ts'
import { send } from '../../../test/isolation/calls.ts'
import { newDraft, ownContent } from '../../../test/own-form.ts'
import { bitPng, pdf, phonePhoto } from '../../../test/pictures.ts'
import { startTestServer, testNow, type TestServer } from '../../../test/server.ts'
import { newWorld, plainSettings, type Person, type World } from '../../../test/world.ts'
import { apiPrefix } from '../../http/route.ts'
import { cardsLeft } from './index.ts'

const day = '2026-03-02'
let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())
afterEach(() => server.deps.clock.set(testNow))

/** As a tablet asks: without a session. */
async function ask<C extends Contract>(contract: C, body: InputOf<C>['body']) {
  const { status, text } = await send(server, contract, { body }, { token: null })
  const read = JSON.parse(text) as unknown
  // One of the two, by the status.
  return { status, body: read as ResponseOf<C>, code: status < 400 ? null : (read as Problem).code }
}

const inOrg = <T>({ orgId }: World, work: Parameters<typeof server.deps.database.inOrg<T>>[2]) =>
  server.deps.database.inOrg(orgId, { kind: 'system', name: 'test' }, work)

/** An org in which the first member has the staff number A-007, with an open tablet. */
async function withTablet(options: { hasConsented?: boolean; formIds?: readonly string[] } = {}) {
  const world = await newWorld(server, options)
  const form = await world.publish('zhengzhou/daily')
  const { member } = world
  await inOrg(world, ({ tx }) =>
    tx.execute(sql`update members set job_number = 'A-007' where id = ${member.memberId}`),
  )
  const opened = await world.admin.inject(openKiosk, { body: { name: ' 一号门 ', place: '东厂区' } })
  expect(opened.status).toBe(200)
  const { kiosk, link } = opened.body
  return { world, member, formId: form.id, kiosk, link, token: new URL(link).hash.slice(1) }
}
const numbered = { staffNumber: 'a－００７', name: ' 员工 1 ' }

async function card({ admin }: World, { memberId }: Person, isAnew = false): Promise<string> {
  const reply = await admin.inject(printCards, { body: { memberIds: [memberId], isAnew } })
  return reply.body.items[0]?.code ?? ''
}

const enter = (token: string, presented: tablet.Presented) => ask(tablet.enterKiosk, { token, presented })

type Filed = {
  token: string
  pass: string
  formId: string
  consents?: { version: number; granted: string[] }
}
const file = (given: Filed) =>
  ask(tablet.fileAtKiosk, { ...given, period: day, answers: healthyAnswers(day) })

describe('Z-34: filing at a shared tablet', () => {
  it('somebody says who he is by number and name, files himself, and everybody sees that it was at a kiosk', async () => {
    const { world, member, formId, token, kiosk } = await withTablet()
    expect((await ask(tablet.knockAtKiosk, { token })).body).toEqual({
      orgName: '测试企业',
      name: '一号门',
      place: '东厂区',
    })
    const visit = await enter(token, numbered)
    expect(visit.body).toMatchObject({
      name: member.name,
      forms: [{ formId, isFiled: false, needsPhone: false }],
    })
    const { pass } = visit.body
    const filed = await file({ token, pass, formId })
    expect(filed.status).toBe(200)
    expect((await ask(tablet.listKioskForms, { token, pass })).body.forms).toMatchObject([{ isFiled: true }])

    const board = await world.admin.inject(getCompleteness, { params: { formId, period: day } })
    expect(board.body.collected).toBe(1)
    const people = await world.admin.inject(listCompletenessPeople, {
      params: { formId, period: day },
      query: { state: 'collected' },
    })
    expect(people.body.items).toMatchObject([{ memberId: member.memberId, way: 'kiosk' }])
    const read = await world.admin.inject(getSubmission, {
      params: { formId, period: day, memberId: member.memberId },
    })
    expect(read.body.receipt.filedAs?.way).toBe('kiosk')
    const audit = await inOrg(world, async ({ tx }) => {
      const { rows } = await tx.execute(
        sql`select actor, people, detail from audit_log where action = 'submission.filed-at-kiosk'`,
      )
      return rows
    })
    expect(audit).toEqual([{ actor: 'system:kiosk', people: [member.memberId], detail: { kiosk: kiosk.id } }])
  })

  it('who knows a number and a name learns nothing by them that the form itself does not show', async () => {
    const { world, member, formId, token } = await withTablet({ hasConsented: false })
    const visit = await enter(token, numbered)
    expect(Object.keys(visit.body).sort()).toEqual(['endsAt', 'forms', 'name', 'pass'])
    const { pass } = visit.body
    const { filling, notice } = (await ask(tablet.getKioskFilling, { token, pass, formId })).body
    expect(filling).toMatchObject({ mine: null, last: null })
    expect(filling.profile).toEqual({ name: member.name, department: '生产部' })
    expect(notice.state).toEqual({ isAcknowledged: false, wasAcknowledged: false, granted: [] })
    // Nor his department, where a form does not ask for it.
    const draftId = await newDraft(server, world, ownContent)
    const settings = { ...plainSettings, repeat: null }
    const own = await world.admin.inject(publishDraft, {
      params: { draftId },
      body: { revision: 1, settings },
    })
    const asked = await ask(tablet.getKioskFilling, { token, pass, formId: own.body.id })
    expect(asked.body.filling.profile).toEqual({ name: member.name, department: '' })
    const consents = { version: notice.notice.version, granted: [] }
    const filed = await file({ token, pass, formId, consents })
    // Not what the answers mean, nor that they are abnormal.
    expect(Object.keys(filed.body).sort()).toEqual(['filedAt', 'formId', 'number', 'period'])
  })

  it('Z-35: what is there already is not filed over, whoever brought it', async () => {
    const { member, formId, token } = await withTablet()
    const { pass } = (await enter(token, numbered)).body
    await member.inject(fileSubmission, {
      params: { formId, period: day },
      body: { answers: healthyAnswers(day) },
    })
    expect((await file({ token, pass, formId })).code).toBe('submission.filed-already')
    expect((await ask(tablet.getKioskFilling, { token, pass, formId })).code).toBe('submission.filed-already')
  })

  it('S-38: the notice comes first, and what was decided on it stands in his list with the kiosk', async () => {
    const { member, formId, token } = await withTablet({ hasConsented: false })
    const { pass } = (await enter(token, numbered)).body
    const { notice } = (await ask(tablet.getKioskFilling, { token, pass, formId })).body
    expect((await file({ token, pass, formId })).code).toBe('consent.missing')
    const consents = { version: notice.notice.version, granted: [] }
    expect((await file({ token, pass, formId, consents })).status).toBe(200)
    const { items } = (await member.inject(listMyConsents, { query: {} })).body
    expect(items.find(({ purpose }) => purpose === 'notice')).toMatchObject({ kiosk: '一号门' })
    expect((await member.inject(getMyData)).body.consents[0]).toMatchObject({ kiosk: '一号门', toldTo: null })
  })

  it('S-44: for a child the guardian beside him consents at the tablet, sealed, and nothing is stored without', async () => {
    const { world, member, token } = await withTablet()
    const { id: formId } = await world.publish('zhengzhou/work-start', { repeat: null })
    const { pass } = (await enter(token, numbered)).body
    const first17 = '41010520160101123'
    const answers = workStartAnswers({ 'id-number': `${first17}${idNumberCheckDigit(first17)}` })
    const fileChild = (consents?: ToldConsents) =>
      ask(tablet.fileAtKiosk, { token, pass, formId, period: 'once', answers, ...(consents && { consents }) })
    expect((await fileChild()).code).toBe('consent.guardian-needed')
    const { filling, notice } = (await ask(tablet.getKioskFilling, { token, pass, formId })).body
    expect(filling.consent.isDue).toBe(false)
    const given = { version: notice.notice.version, granted: [] }
    const wrong = await fileChild({ ...given, guardian: { name: '张母', phone: '12' } })
    expect(wrong.code).toBe('phone.invalid')
    const filed = await fileChild({ ...given, guardian: { name: ' 张母 ', phone: '138 1234 5678' } })
    expect(filed.status).toBe(200)
    const rows = await inOrg(world, async ({ tx }) => (await tx.execute(sql`select * from consents`)).rows)
    // The sealed column aside nothing was written: what had been decided before is not decided again.
    expect(rows.filter((row) => row['kiosk_id'] !== null)).toHaveLength(1)
    expect(rows.map((row) => String(row['guardian'])).join()).not.toMatch(/张母|13812345678/)
    const { consents } = (await member.inject(getMyData)).body
    expect(consents.find(({ purpose }) => purpose === 'guardian')).toMatchObject({
      kiosk: '一号门',
      guardian: { name: '张母', phone: '13812345678' },
    })
  })

  it('only the forms the tablet was opened for', async () => {
    const { world, formId } = await withTablet()
    const other = await world.publish('zhengzhou/day-tracks')
    const { link } = (await world.admin.inject(openKiosk, { body: { name: '二号门', formIds: [other.id] } }))
      .body
    const token = new URL(link).hash.slice(1)
    const { pass, forms } = (await enter(token, numbered)).body
    expect(forms.map((form) => form.formId)).toEqual([other.id])
    expect((await ask(tablet.getKioskFilling, { token, pass, formId })).code).toBe('resource.missing')
    expect((await file({ token, pass, formId })).code).toBe('resource.missing')
  })

  it('says one and the same to a wrong number, a wrong name and a card of nobody, and stops who guesses', async () => {
    const { token, kiosk, world } = await withTablet()
    const wrong: tablet.Presented[] = [
      { staffNumber: 'A-008', name: '员工1' },
      { staffNumber: 'A-007', name: '员工2' },
      { staffNumber: ' ', name: '员工2' },
      { card: `KB${'0'.repeat(64)}` },
      { card: 'https://example.org' },
    ]
    for (const each of wrong) expect((await enter(token, each)).code).toBe('kiosk.person-unknown')
    for (let i = 0; i < 4; i += 1) await enter(token, { staffNumber: 'A-007', name: `员工${i + 2}` })
    // The right name comes too late, a quarter of an hour long; and a card is not held up by a number.
    expect((await enter(token, numbered)).code).toBe('kiosk.too-many-tries')
    const code = await card(world, world.member)
    expect((await enter(token, { card: code })).status).toBe(200)
    server.deps.clock.advance(16 * 60_000)
    expect((await enter(token, numbered)).status).toBe(200)
    for (let i = 0; i < 40; i += 1) await enter(token, { card: 'KB' })
    expect((await enter(token, { card: code })).code).toBe('kiosk.too-many-tries')
    const rows = await inOrg(world, async ({ tx }) =>
      JSON.stringify((await tx.execute(sql`select encode(about, 'escape') as about from kiosk_tries`)).rows),
    )
    expect(rows).not.toMatch(new RegExp(`A-007|${kiosk.id}`))
  })

  it('a pass is over after a quarter of an hour, is good at one tablet, and for nobody who has left', async () => {
    const { world, member, formId, token } = await withTablet()
    const { pass } = (await enter(token, numbered)).body
    const second = (await world.admin.inject(openKiosk, { body: { name: '二号门' } })).body.link
    const elsewhere = new URL(second).hash.slice(1)
    expect((await ask(tablet.listKioskForms, { token: elsewhere, pass })).code).toBe('kiosk.visit-over')
    const forged = `${pass.slice(0, -2)}${pass.endsWith('AA') ? 'BB' : 'AA'}`
    expect((await ask(tablet.listKioskForms, { token, pass: forged })).code).toBe('kiosk.visit-over')
    await inOrg(world, ({ tx }) =>
      tx.execute(sql`update members set left_at = now() where id = ${member.memberId}`),
    )
    expect((await file({ token, pass, formId })).code).toBe('kiosk.visit-over')
    await inOrg(world, ({ tx }) =>
      tx.execute(sql`update members set left_at = null where id = ${member.memberId}`),
    )
    server.deps.clock.advance(15 * 60_000 + 1)
    expect((await file({ token, pass, formId })).code).toBe('kiosk.visit-over')
  })

  it('a tablet that is closed or whose link was renewed opens no more, and its token stands nowhere', async () => {
    const { world, token, kiosk, link } = await withTablet()
    const renewed = await world.admin.inject(renewKiosk, { params: { kioskId: kiosk.id } })
    expect(renewed.body.link).not.toBe(link)
    const next = new URL(renewed.body.link).hash.slice(1)
    expect((await ask(tablet.knockAtKiosk, { token })).code).toBe('kiosk.closed')
    expect((await ask(tablet.knockAtKiosk, { token: next })).status).toBe(200)
    const closed = await world.admin.inject(closeKiosk, { params: { kioskId: kiosk.id } })
    expect(closed.body.closedAt).not.toBeNull()
    await world.admin.inject(closeKiosk, { params: { kioskId: kiosk.id } })
    expect((await ask(tablet.knockAtKiosk, { token: next })).code).toBe('kiosk.closed')
    expect((await enter(next, numbered)).code).toBe('kiosk.closed')
    const again = await world.admin.inject(renewKiosk, { params: { kioskId: kiosk.id } })
    expect(again.problem.code).toBe('kiosk.closed')
    const stored = await inOrg(world, async ({ tx }) =>
      JSON.stringify((await tx.execute(sql`select * from kiosks`)).rows),
    )
    expect(stored).not.toContain(token)
    expect((await world.member.inject(listKiosks, { query: {} })).problem.code).toBe('permission.missing')
  })

  it('a tablet of an organisation that was removed is closed', async () => {
    const { world, token } = await withTablet()
    await server.deps.database.inSystem(({ tx }) =>
      tx.execute(sql`update orgs set state = 'removed' where id = ${world.orgId}`),
    )
    expect((await ask(tablet.knockAtKiosk, { token })).code).toBe('kiosk.closed')
  })
})

describe('S-60, Z-34: photos and signatures at a shared tablet', () => {
  /** As the page sends one: token and pass in a header, since the body is the bytes. */
  async function sendFile(
    visit: string,
    purpose: 'photo' | 'signature' | 'document',
    bytes: Buffer,
    key: string = randomUUID(),
  ) {
    const reply = await server.app.inject({
      method: 'POST',
      url: urlOf(apiPrefix, tablet.sendKioskFile.path, undefined, { purpose, key }),
      headers: { 'content-type': 'application/octet-stream', [tablet.kioskVisitHeader]: visit },
      payload: bytes,
    })
    return { status: reply.statusCode, key, body: reply.json<{ id?: string; code?: string }>() }
  }
  async function pledging() {
    const opened = await withTablet()
    const { id: formId } = await opened.world.publish('zhengzhou/return-pledge', { repeat: null })
    const { pass, forms } = (await enter(opened.token, numbered)).body
    return { ...opened, formId, pass, forms, visit: `${opened.token}.${pass}` }
  }
  const ref = (id: string, type: FileRef['type']): FileRef => ({ id, type, name: 'x', sizeBytes: 1 })

  it('are sent with the tablet’s token, filed with the answers as his own, and seen by nobody there', async () => {
    const { world, member, formId, token, pass, forms, visit } = await pledging()
    expect(forms.find((form) => form.formId === formId)).toMatchObject({ needsPhone: false })
    const { definition } = (await ask(tablet.getKioskFilling, { token, pass, formId })).body.filling
    const types = definition.fields.map(({ type }) => type)
    expect(types).toEqual(expect.arrayContaining(['photo', 'signature']))
    expect(types).not.toContain('file') // a document would have to lie on the tablet

    const signed = await sendFile(visit, 'signature', bitPng(60, 20))
    expect(signed.body).toEqual({ id: expect.any(String) as string }) // no link to see it by
    const again = await sendFile(visit, 'signature', bitPng(60, 20), signed.key)
    expect(again.body.id).toBe(signed.body.id)
    const photo = await sendFile(visit, 'photo', await phonePhoto())
    const answers: Answers = {
      name: member.name,
      department: '生产部',
      'returns-on': '2026-03-05',
      promise: true,
      signature: { files: [ref(signed.key, 'image/png')] },
      'health-code': { files: [ref(photo.key, 'image/jpeg')] },
    }
    const filed = await ask(tablet.fileAtKiosk, { token, pass, formId, period: 'once', answers })
    expect(filed.status).toBe(200)
    const params = { formId, period: 'once', memberId: member.memberId }
    const { items } = (await world.admin.inject(listSubmissionFiles, { params })).body
    expect(items.map(({ purpose }) => purpose).sort()).toEqual(['photo', 'signature'])
  })

  it('of another purpose, without a pass, with a stranger’s or of a closed tablet are taken by nobody', async () => {
    const { world, kiosk, token, pass, visit } = await pledging()
    const bytes = bitPng(60, 20)
    const refused = async (header: string) => (await sendFile(header, 'signature', bytes)).body.code
    const second = (await world.admin.inject(openKiosk, { body: { name: '二号门' } })).body.link
    expect(await refused('')).toBe('kiosk.visit-over')
    expect(await refused(`${new URL(second).hash.slice(1)}.${pass}`)).toBe('kiosk.visit-over')
    expect(await refused(`${token}.${'A'.repeat(54)}`)).toBe('kiosk.visit-over')
    expect((await sendFile(visit, 'document', pdf())).body.code).toBe('request.invalid')
    expect((await sendFile(visit, 'photo', pdf())).body.code).toBe('file.type-refused')
    server.deps.clock.advance(15 * 60_000 + 1)
    expect(await refused(visit)).toBe('kiosk.visit-over')
    server.deps.clock.set(testNow)
    await world.admin.inject(closeKiosk, { params: { kioskId: kiosk.id } })
    expect(await refused(visit)).toBe('kiosk.closed')
    const stored = await inOrg(world, async ({ tx }) => (await tx.execute(sql`select from files`)).rows)
    expect(stored).toEqual([])
  })
})

describe('Z-34: printed cards', () => {
  it('are the same when printed again, and another when asked anew; of the old one nothing is left', async () => {
    const { world, member, token } = await withTablet()
    const first = await card(world, member)
    expect(first).toMatch(/^KB[0-9A-F]{64}$/)
    expect(await card(world, member)).toBe(first)
    expect((await enter(token, { card: ` ${first.toLowerCase()} ` })).body.name).toBe(member.name)
    const second = await card(world, member, true)
    expect(second).not.toBe(first)
    expect((await enter(token, { card: first })).code).toBe('kiosk.person-unknown')
    expect((await enter(token, { card: second })).status).toBe(200)
    expect((await member.inject(getMyData)).body.cards).toMatchObject([
      { revokedAt: null },
      { revokedAt: expect.any(String) as string },
    ])
  })

  it('carry name, number and department, and are worth nothing in another organisation', async () => {
    const { world, member } = await withTablet()
    const { token } = await withTablet()
    const reply = await world.admin.inject(printCards, {
      body: { memberIds: world.members.map(({ memberId }) => memberId), isAnew: false },
    })
    expect(reply.body.items).toHaveLength(world.members.length)
    expect(reply.body.items.find(({ memberId }) => memberId === member.memberId)).toMatchObject({
      name: member.name,
      staffNumber: 'A-007',
      department: '生产部',
    })
    expect((await enter(token, { card: reply.body.items[0]?.code ?? '' })).code).toBe('kiosk.person-unknown')
  })

  it('go with who leaves, also when he comes back, and are printed for nobody else', async () => {
    const { world, member, token } = await withTablet()
    const stranger = (await newWorld(server)).member
    const code = await card(world, member)
    await inOrg(world, (scope) => cardsLeft(scope, [member.memberId], server.deps.clock.now()))
    expect((await enter(token, { card: code })).code).toBe('kiosk.person-unknown')
    const body = { memberIds: [member.memberId, stranger.memberId], isAnew: false }
    expect((await world.admin.inject(printCards, { body })).problem.code).toBe('card.person-missing')
  })
})
