import fc from 'fast-check'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { figure } from '@kangbao/launcher/figure.ts'
import { listCompletenessPeople } from '@kangbao/shared/contracts/completeness.ts'
import {
  decideConsents,
  getNotice,
  listMyConsents,
  withdrawConsent,
} from '@kangbao/shared/contracts/consents.ts'
import {
  correctSubmission,
  fileSubmission,
  getFilling,
  getSubmission,
} from '@kangbao/shared/contracts/submissions.ts'
import { idNumberCheckDigit } from '@kangbao/shared/identity/id-number.ts'
import { healthyAnswers, workStartAnswers } from '../../../test/answers.ts'
import { bareFiling } from '../../../test/filings.ts'
import { startTestServer, type TestServer } from '../../../test/server.ts'
import { newWorld, type Person, type World } from '../../../test/world.ts'
import { openDatabase } from '../../db/database.ts'
import { replayErasures } from '../erasures/index.ts'
import { submissionWriter } from '../submissions/submission-writer.ts'

const day = '2026-03-02'
const subject = 'zhengzhou/daily'
let server: TestServer
beforeAll(async () => {
  server = await startTestServer({ config: { RATE_LIMIT_SCALE: 10_000 } })
})
afterAll(() => server.close())

const rowsOf = (world: World, query: ReturnType<typeof sql>) =>
  server.deps.database.inOrg(world.orgId, { kind: 'system', name: 'test' }, async ({ tx }) => {
    const { rows } = await tx.execute<Record<string, unknown>>(query)
    return rows
  })
const file = (who: Person, formId: string, answers: object, period = day) =>
  who.inject(fileSubmission, { params: { formId, period }, body: { answers: { ...answers } } })
const decide = (who: Person, formId: string, granted: string[], guardian?: { name: string; phone: string }) =>
  who.inject(decideConsents, {
    params: { formId },
    body: { version: 1, granted, ...(guardian ? { guardian } : {}) },
  })
/** A filing behind the checks of the service. */
const filingOf = (orgId: string, memberId: string, formId: string, purposes: string[]) =>
  bareFiling(
    { orgId, formId, memberId, at: server.deps.clock.now() },
    { consents: { subject, version: 1, purposes } },
  )

describe('the notice', () => {
  it('S-38, S-39: comes first, says the basis, and ticks nothing; a filing without it is refused', async () => {
    const world = await newWorld(server, { hasConsented: false })
    const form = await world.publish(subject, { retentionDays: 90 })
    const shown = await world.member.inject(getNotice, { params: { formId: form.id } })
    expect(shown.body).toMatchObject({
      keptDays: 90,
      notice: { basis: 'public-health-duty', version: 1 },
      state: { isAcknowledged: false, granted: [] },
    })
    expect((await world.member.inject(getFilling, { params: { formId: form.id } })).body.consent).toEqual({
      isDue: true,
      closedFields: ['remarks'],
      version: 1,
    })
    const refused = await file(world.member, form.id, healthyAnswers(day))
    expect([refused.status, refused.problem.code]).toEqual([403, 'consent.missing'])
    expect(refused.problem.details).toEqual({ purposes: ['notice'] })
    expect((await decide(world.member, form.id, [])).body).toMatchObject({
      isAcknowledged: true,
      granted: [],
    })
    // Refusing the remarks does not block the rest.
    expect((await file(world.member, form.id, healthyAnswers(day))).status).toBe(200)
    const withRemarks = await file(world.member, form.id, healthyAnswers(day, { remarks: '咳嗽' }))
    expect(withRemarks.problem.details).toEqual({ purposes: ['remarks'] })
    const stale = await world.member.inject(decideConsents, {
      params: { formId: form.id },
      body: { version: 2, granted: [] },
    })
    expect(stale.problem.code).toBe('consent.outdated')
  })

  it('S-38: random flows over the API: no stored sensitive answer without a consent that stands', async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('decide' as const), granted: fc.boolean() }),
      fc.record({ kind: fc.constant('withdraw' as const) }),
      fc.record({ kind: fc.constant('file' as const), hasRemarks: fc.boolean() }),
    )
    let flows = 0
    let violations = 0
    const world = await newWorld(server, { members: 40, hasConsented: false })
    const form = await world.publish(subject)
    const next = world.members[Symbol.iterator]()
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
        const who = next.next().value ?? world.member
        let isTold = false
        let isGranted = false
        for (const each of steps) {
          if (each.kind === 'decide') {
            await decide(who, form.id, each.granted ? ['remarks'] : [])
            ;[isTold, isGranted] = [true, each.granted]
          } else if (each.kind === 'withdraw') {
            const { status } = await who.inject(withdrawConsent, { body: { subject, purpose: 'remarks' } })
            expect(status).toBe(isTold ? 200 : 404)
            isGranted = false
          } else {
            const { status } = await file(
              who,
              form.id,
              healthyAnswers(day, each.hasRemarks ? { remarks: '头疼' } : {}),
            )
            expect(status).toBe(isTold && (isGranted || !each.hasRemarks) ? 200 : 403)
          }
          const seen = await world.admin.inject(getSubmission, {
            params: { formId: form.id, period: day, memberId: who.memberId },
          })
          if (!isGranted && seen.status === 200 && seen.body.answers['remarks'] !== undefined) violations += 1
          if (!isTold && seen.status === 200) violations += 1
        }
        flows += 1
      }),
      { numRuns: 40, endOnFailure: true },
    )
    figure({ id: 'S-38', n: flows, value: violations, unit: 'violations', target: '0', ok: violations === 0 })
    expect(violations).toBe(0)
  })

  it('S-38: an admin who corrects cannot add what the person did not consent to', async () => {
    const world = await newWorld(server, { hasConsented: false })
    const form = await world.publish(subject)
    await decide(world.member, form.id, [])
    await file(world.member, form.id, healthyAnswers(day))
    const correction = await world.admin.inject(correctSubmission, {
      params: { formId: form.id, period: day, memberId: world.member.memberId },
      body: { answers: healthyAnswers(day, { remarks: '听说咳嗽' }), reason: '补充' },
    })
    expect(correction.problem.code).toBe('consent.missing')
  })

  it('S-38: whoever stores, the statement itself looks: nothing is stored without the consents it rests on', async () => {
    const world = await newWorld(server, { hasConsented: false })
    const form = await world.publish(subject)
    await decide(world.member, form.id, [])
    const writer = submissionWriter(server.deps)
    const filing = filingOf(world.orgId, world.member.memberId, form.id, ['notice', 'remarks'])
    expect(await writer.file(filing)).toEqual({ outcome: 'unconsented' })
    // Of the others’ way, which takes revisions and those nobody expects.
    expect(await writer.file({ ...filing, isExpected: false })).toEqual({ outcome: 'unconsented' })
    expect(await rowsOf(world, sql`select 1 from submissions`)).toEqual([])
    const outdated = { ...filing.consents, purposes: ['notice'], version: 2 }
    expect(await writer.file({ ...filing, consents: outdated })).toEqual({ outcome: 'unconsented' })
    const told = { ...filing.consents, purposes: ['notice'] }
    expect(await writer.file({ ...filing, consents: told })).toMatchObject({ outcome: 'saved' })
  })
})

describe('S-40: withdrawal at once', () => {
  it('20 withdrawals: answers, revisions and lists at once, whichever process is asked', async () => {
    const world = await newWorld(server, { members: 20 })
    const form = await world.publish(subject)
    const remarks = healthyAnswers(day, { remarks: '我有旧疾' })
    for (const person of world.members) {
      await file(person, form.id, remarks)
      await file(person, form.id, remarks)
    }
    const elsewhere = openDatabase(server.deps.config.DATABASE_URL, { maxConnections: 2 })
    const writerElsewhere = submissionWriter({ database: elsewhere, vault: server.deps.vault })
    let disclosures = 0
    let slowestMs = 0
    for (const person of world.members) {
      const at = performance.now()
      const done = await person.inject(withdrawConsent, { body: { subject, purpose: 'remarks' } })
      expect(done.body.answersChanged).toBe(2)
      const params = { formId: form.id, period: day, memberId: person.memberId }
      const seen = await world.admin.inject(getSubmission, { params })
      const own = await person.inject(getFilling, { params: { formId: form.id } })
      if (JSON.stringify([seen.body, own.body.mine, own.body.last]).includes('旧疾')) disclosures += 1
      expect((await file(person, form.id, remarks)).problem.code).toBe('consent.missing')
      expect(
        await writerElsewhere.file(filingOf(world.orgId, person.memberId, form.id, ['notice', 'remarks'])),
      ).toEqual({
        outcome: 'unconsented',
      })
      slowestMs = Math.max(slowestMs, performance.now() - at)
    }
    await elsewhere.close()
    const stored = await rowsOf(
      world,
      sql`select answers from submissions union all select answers from submission_revisions`,
    )
    const n = world.members.length
    figure({
      id: 'S-40',
      n,
      value: disclosures,
      unit: 'later disclosures',
      target: '0',
      ok: disclosures === 0,
    })
    const vanishMs = Math.round(slowestMs)
    figure({ id: 'S-40', n, value: vanishMs, unit: 'ms to vanish', target: '<=1000', ok: vanishMs <= 1_000 })
    expect(stored).toHaveLength(40)
    expect(disclosures).toBe(0)
    const list = await world.admin.inject(listCompletenessPeople, {
      params: { formId: form.id, period: day },
      query: { state: 'collected' },
    })
    expect(list.body.items).toHaveLength(20)
  })

  it('is listed, can be given again, and what rests on a duty is not withdrawable', async () => {
    const world = await newWorld(server, { hasConsented: false })
    const form = await world.publish(subject)
    await decide(world.member, form.id, ['remarks'])
    const list = await world.member.inject(listMyConsents, { query: {} })
    expect(
      list.body.items.map(({ purpose, decision, isWithdrawable }) => [purpose, decision, isWithdrawable]),
    ).toEqual([
      ['remarks', 'given', true],
      ['notice', 'given', false],
    ])
    const duty = await world.member.inject(withdrawConsent, { body: { subject, purpose: 'notice' } })
    expect(duty.problem.code).toBe('consent.not-withdrawable')
    await world.member.inject(withdrawConsent, { body: { subject, purpose: 'remarks' } })
    const after = await world.member.inject(listMyConsents, { query: {} })
    expect(after.body.items.find(({ purpose }) => purpose === 'remarks')?.decision).toBe('withdrawn')
    await decide(world.member, form.id, ['remarks'])
    expect((await file(world.member, form.id, healthyAnswers(day, { remarks: '好' }))).status).toBe(200)
    // Given anew since: the journal's older line takes nothing away.
    await replayErasures(server.deps)
    const seen = await world.member.inject(getFilling, { params: { formId: form.id } })
    expect(seen.body.mine?.answers['remarks']).toBe('好')
  })
})

it('S-44: an ID number of a child is stored only with a guardian’s consent, whose name and phone are sealed', async () => {
  const world = await newWorld(server)
  const form = await world.publish('zhengzhou/work-start', { repeat: null })
  const first17 = '41010520160101123'
  const child = workStartAnswers({ 'id-number': `${first17}${idNumberCheckDigit(first17)}` })
  const refused = await file(world.member, form.id, child, 'once')
  expect([refused.status, refused.problem.code]).toEqual([403, 'consent.guardian-needed'])
  const stored = await rowsOf(world, sql`select from submissions`)
  figure({
    id: 'S-44',
    n: 1,
    value: stored.length,
    unit: 'stored without a guardian',
    target: '0',
    ok: stored.length === 0,
  })
  expect(stored).toEqual([])
  const wrong = await decide(world.member, form.id, [], { name: '张母', phone: '12' })
  expect(wrong.problem.code).toBe('phone.invalid')
  await decide(world.member, form.id, [], { name: '张母', phone: '13812345678' })
  expect((await file(world.member, form.id, child, 'once')).status).toBe(200)
  const [row] = await rowsOf(world, sql`select guardian from consents where purpose = 'guardian'`)
  expect(String(row?.['guardian'])).not.toContain('13812345678')
})
