import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { getRangeStatistics, getStatistics } from '@kangbao/shared/contracts/completeness.ts'
import { fileSubmission } from '@kangbao/shared/contracts/submissions.ts'
import { templateById } from '@kangbao/shared/programmes/catalogue.ts'
import { optionFacet } from '@kangbao/shared/forms/facets.ts'
import { healthyAnswers } from '../../../test/answers.ts'
import { startTestServer, testNow, type TestServer } from '../../../test/server.ts'
import { newWorld, type Person } from '../../../test/world.ts'

const [first, second] = ['2026-03-02', '2026-03-03']
let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

/** The facet of an option of the daily form. */
function facetOf(fieldId: string, value: string): number {
  const field = templateById('zhengzhou/daily')?.fields.find(({ id }) => id === fieldId)
  const option = field && 'options' in field ? field.options.find((each) => each.value === value) : undefined
  if (!field || !option) throw new Error(`no ${value} of ${fieldId}`)
  return optionFacet(field, option.code)
}
const atWork = facetOf('at-work', 'yes')
const away = facetOf('at-work', 'no')
const cough = facetOf('symptoms', 'dry-cough')

async function file(person: Person, formId: string, day: string, changes = {}) {
  server.deps.clock.set(testNow + (day === second ? 86_400_000 : 0))
  const body = { answers: healthyAnswers(day, changes) }
  const reply = await person.inject(fileSubmission, { params: { formId, period: day }, body })
  expect(reply.status).toBe(200)
}

async function filed() {
  const world = await newWorld(server)
  const { id: formId } = await world.publish('zhengzhou/daily')
  const [one, two, three, four] = world.members
  if (!one || !two || !three || !four) throw new Error('four members')
  await file(one, formId, first)
  await file(two, formId, first, { symptoms: ['dry-cough'], 'at-work': 'no' })
  await file(three, formId, first, { 'at-work': 'no' })
  await file(one, formId, second, { symptoms: ['dry-cough'] })
  await file(four, formId, second)
  server.deps.clock.set(testNow)
  const ask = async (
    query: { from?: string; to?: string; departmentId?: number; facets?: string },
    by = world.admin,
  ) => {
    const reply = await by.inject(getRangeStatistics, { params: { formId }, query })
    const counts = new Map(
      reply.body.questions?.flatMap((each) => each.counts.map(({ facet, count }) => [facet, count] as const)),
    )
    return { ...reply, of: (facet: number) => counts.get(facet) }
  }
  return { world, formId, ask, four }
}

describe('Z-36: statistics over some days', () => {
  it('count every answer of the range, by option and by day, and those of one day as the board of that day does', async () => {
    const { world, formId, ask } = await filed()
    const both = await ask({ from: first, to: second })
    expect(both.body.collected).toBe(5)
    expect(both.body.days).toEqual([
      { period: first, count: 3 },
      { period: second, count: 2 },
    ])
    expect([both.of(atWork), both.of(away), both.of(cough)]).toEqual([3, 2, 2])
    const params = { formId, period: first }
    const board = (await world.admin.inject(getStatistics, { params, query: {} })).body
    const one = (await ask({ from: first, to: first })).body
    expect([one.collected, one.questions]).toEqual([board.collected, board.questions])
  })

  it('follow what was chosen in another question, while the question itself keeps its bars', async () => {
    const { ask } = await filed()
    const coughing = await ask({ from: first, to: second, facets: String(cough) })
    expect(coughing.body.collected).toBe(2)
    expect([coughing.of(atWork), coughing.of(away)]).toEqual([1, 1])
    expect([coughing.of(cough), coughing.of(facetOf('symptoms', 'none'))]).toEqual([2, 3])
    const two = await ask({ from: first, to: second, facets: `${cough},${away}` })
    expect(two.body).toMatchObject({ collected: 1, days: [{ period: first, count: 1 }] })
    expect([two.of(atWork), two.of(away)]).toEqual([1, 1]) // of those who cough
    expect(two.of(cough)).toBe(1) // of those away
    const nobody = await ask({ from: first, to: second, facets: `${atWork},${away}` })
    expect(nobody.body).toMatchObject({ collected: 0, days: [] })
  })

  it('are those of a department, and of a sub-admin’s departments alone', async () => {
    const { world, ask, four } = await filed()
    expect((await ask({ from: first, to: second, departmentId: 3 })).body.collected).toBe(2)
    await server.deps.database.inOrg(world.orgId, { kind: 'system', name: 'test' }, ({ tx }) =>
      tx.execute(sql`update members set role = 'sub-admin', manages = '{3}' where id = ${four.memberId}`),
    )
    const head = world.as(four, 'sub-admin')
    expect((await ask({ from: first, to: second }, head)).body.collected).toBe(2)
    expect((await ask({ from: first, to: second, departmentId: 2 }, head)).status).toBe(404)
  })

  it('refuse days that do not fit, and need none for a form that is filled once', async () => {
    const { world, ask } = await filed()
    const wrong = [
      {},
      { from: second, to: first },
      { from: '2026-01-01', to: '2026-04-03' },
      { from: '2026-02-30', to: second },
    ]
    for (const query of wrong) expect((await ask(query)).status).toBe(400)
    const { id: formId } = await world.publish('zhengzhou/work-start', { repeat: null })
    const once = await world.admin.inject(getRangeStatistics, { params: { formId }, query: {} })
    expect(once.body).toMatchObject({ collected: 0, days: [] })
  })
})
