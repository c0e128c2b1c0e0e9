import fc from 'fast-check'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { figure } from '@kangbao/launcher/figure.ts'
import { fileSubmission, type Receipt } from '@kangbao/shared/contracts/submissions.ts'
import { healthyAnswers } from '../../../test/answers.ts'
import { bareFiling } from '../../../test/filings.ts'
import { startTestServer, type TestServer } from '../../../test/server.ts'
import { newWorld, type Person, type World } from '../../../test/world.ts'
import { submissionWriter } from './submission-writer.ts'

const day = '2026-03-02'
let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

async function file(person: Person, formId: string, temperature: number): Promise<Receipt> {
  const { status, body } = await person.inject(fileSubmission, {
    params: { formId, period: day },
    body: { answers: healthyAnswers(day, { temperature }) },
  })
  expect(status).toBe(200)
  return body
}

/** What is stored of a form, by what the rows and what the counters say. */
async function truth(world: World, formId: string) {
  const { rows } = await server.deps.database.inOrg(world.orgId, { kind: 'system', name: 'test' }, ({ tx }) =>
    tx.execute(sql`
      select
        (select count(*)::int from submissions where form_id = ${formId}) as stored,
        (select coalesce(sum(revision), 0)::int from submissions where form_id = ${formId}) as revisions,
        (select count(*)::int from submission_revisions where form_id = ${formId}) as kept,
        (select count(*)::int from submissions where form_id = ${formId} and is_abnormal) as abnormal,
        (select count(*)::int from expectations where form_id = ${formId} and filed_at is not null) as marked,
        (select coalesce(sum(collected), 0)::int from completeness_counters where form_id = ${formId} and department_id = 0) as collected,
        (select coalesce(sum(abnormal), 0)::int from completeness_counters where form_id = ${formId} and department_id = 0) as counted_abnormal,
        (select coalesce(sum(collected), 0)::int from completeness_counters where form_id = ${formId} and department_id in (2, 3)) as below`),
  )
  return rows[0]
}

it('Z-35: 200 filings at once, one member twice: all acknowledged, all stored, all counted', async () => {
  const world = await newWorld(server, { members: 199 })
  const form = await world.publish('zhengzhou/daily')
  const receipts = await Promise.all([
    ...world.members.map((person, i) => file(person, form.id, i % 10 === 0 ? 38 : 36.5)),
    file(world.member, form.id, 36.6),
  ])
  expect(new Set(receipts.map(({ number }) => number)).size).toBe(199)
  expect(receipts.filter(({ revision }) => revision === 2)).toHaveLength(1)
  const last = receipts.filter(({ submissionId }) => submissionId === receipts[0]?.submissionId).at(-1)
  const abnormal = 19 + (last?.revision === 1 ? 1 : 0)
  expect(await truth(world, form.id)).toEqual({
    stored: 199,
    revisions: 200,
    kept: 1,
    abnormal,
    marked: 199,
    collected: 199,
    counted_abnormal: abnormal,
    below: 199,
  })
})

it('acknowledged = stored = counted, whatever is filed and revised at once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ who: fc.nat(5), isFever: fc.boolean() }), { minLength: 1, maxLength: 40 }),
      async (filings) => {
        const world = await newWorld(server, { members: 6 })
        const form = await world.publish('zhengzhou/daily')
        const receipts = await Promise.all(
          filings.map(({ who, isFever }) =>
            file(world.members[who] ?? world.member, form.id, isFever ? 38 : 36.5),
          ),
        )
        const heads = new Map<string, Receipt>()
        for (const receipt of receipts) {
          const head = heads.get(receipt.submissionId)
          if (!head || receipt.revision > head.revision) heads.set(receipt.submissionId, receipt)
        }
        const abnormal = [...heads.values()].filter(({ isAbnormal }) => isAbnormal).length
        const people = heads.size
        expect(await truth(world, form.id)).toEqual({
          stored: people,
          revisions: filings.length,
          kept: filings.length - people,
          abnormal,
          marked: people,
          collected: people,
          counted_abnormal: abnormal,
          below: people,
        })
      },
    ),
    { numRuns: 12 },
  )
})

it('one bad filing fails alone; its neighbours in the same commit are stored', async () => {
  const world = await newWorld(server, { members: 6 })
  const form = await world.publish('zhengzhou/daily')
  const writer = submissionWriter(server.deps)
  const filing = (memberId: string, facets: number[]) =>
    bareFiling({ orgId: world.orgId, formId: form.id, memberId, at: server.deps.clock.now() }, { facets })
  const results = await Promise.allSettled(
    world.members.map((person, i) => writer.file(filing(person.memberId, i === 2 ? [2 ** 40] : [1]))),
  )
  expect(results.map(({ status }) => status)).toEqual([
    'fulfilled',
    'fulfilled',
    'rejected',
    'fulfilled',
    'fulfilled',
    'fulfilled',
  ])
  expect(await truth(world, form.id)).toMatchObject({ stored: 5, marked: 5, collected: 5 })
})

it('two processes filing for the same people lose nothing', async () => {
  const world = await newWorld(server, { members: 4 })
  const form = await world.publish('zhengzhou/daily')
  const writers = [submissionWriter(server.deps), submissionWriter(server.deps)]
  const filing = (memberId: string) =>
    bareFiling({ orgId: world.orgId, formId: form.id, memberId, at: server.deps.clock.now() })
  const outcomes = await Promise.all(
    writers.flatMap((writer) => world.members.map(({ memberId }) => writer.file(filing(memberId)))),
  )
  expect(outcomes.every(({ outcome }) => outcome === 'saved')).toBe(true)
  expect(await truth(world, form.id)).toMatchObject({ stored: 4, revisions: 8, kept: 4, collected: 4 })
})

it('R-07: two devices of one person answer the same period 200 times at once: one answer, its revisions in a row', async () => {
  const world = await newWorld(server, { members: 1 })
  const form = await world.publish('zhengzhou/daily')
  const filings = 200
  const receipts = await Promise.all(
    Array.from({ length: filings }, (_, n) => file(world.member, form.id, 36 + (n % 2) / 10)),
  )
  const numbers = receipts.map(({ revision }) => revision).sort((a, b) => a - b)
  const answers = new Set(receipts.map(({ submissionId }) => submissionId)).size
  const isInARow = numbers.every((revision, i) => revision === i + 1)
  const ok = answers === 1 && isInARow
  figure({ id: 'R-07', n: filings, value: answers - 1, unit: 'second-answers', target: '=0', ok })
  expect(answers).toBe(1)
  expect(isInARow).toBe(true)
  expect(await truth(world, form.id)).toMatchObject({
    stored: 1,
    revisions: filings,
    kept: filings - 1,
    collected: 1,
  })
})
