import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { getAnswerStatistics } from '@kangbao/shared/contracts/completeness.ts'
import { decideConsents } from '@kangbao/shared/contracts/consents.ts'
import * as contracts from '@kangbao/shared/contracts/designing.ts'
import { correctSubmission, fileSubmission } from '@kangbao/shared/contracts/submissions.ts'
import { newDraft, ownContent, words } from '../../../test/own-form.ts'
import { startTestServer, testNow, type TestServer } from '../../../test/server.ts'
import { newWorld, plainSettings, type World } from '../../../test/world.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())
beforeEach(() => server.deps.clock.set(testNow))

const lately = { field: 'seen', notBefore: { daysFromToday: -3 } } as const
const seen = '2026-03-01'

/** A form that asks since when, of who has seen somebody within three days, and marks him. */
async function published(world: World, period: 'day' | 'once') {
  const draftId = await newDraft(server, world, {
    ...ownContent,
    period,
    fields: [
      { id: 'seen', number: 0, type: 'date', label: words('见到的日子'), required: true },
      {
        id: 'hours',
        number: 0,
        type: 'number',
        min: 0,
        max: 24,
        decimals: 0,
        label: words('小时'),
        visibleWhen: lately,
      },
    ],
    findings: [{ id: 'lately', number: 0, label: words('最近见过'), when: lately, abnormal: true }],
  })
  const body = { revision: 1, settings: { ...plainSettings, repeat: null } }
  return (await world.admin.inject(contracts.publishDraft, { params: { draftId }, body })).body
}

it.each([
  ['day', '2026-03-02'],
  ['once', 'once'],
] as const)(
  'Z-36, Z-37: of a form of a %s, days in answers are counted from the day they were given, corrected weeks later or not',
  async (kind, period) => {
    const world = await newWorld(server)
    const { id: formId } = await published(world, kind)
    const { member, admin } = world
    await member.inject(decideConsents, { params: { formId }, body: { version: 1, granted: [] } })
    const filed = { params: { formId, period }, body: { answers: { seen, hours: 2 } } }
    expect((await member.inject(fileSubmission, filed)).body.isAbnormal).toBe(true)

    server.deps.clock.set(testNow + 20 * 86_400_000)
    const corrected = await admin.inject(correctSubmission, {
      params: { formId, period, memberId: member.memberId },
      body: { answers: { seen, hours: 3 }, reason: '时间写错' },
    })
    expect([corrected.status, corrected.problem.code]).toEqual([200, undefined])

    const draft = await admin.inject(contracts.createDraft, { body: { from: 'version', formId } })
    const trial = await admin.inject(contracts.tryRules, { params: { draftId: draft.body.id } })
    expect(trial.body).toMatchObject({
      ...{ answers: 1, then: 1, now: 1, added: 0, dropped: 0 },
      days: [{ day: '2026-03-02', answers: 1, then: 1, now: 1 }],
    })
    const query = kind === 'day' ? { from: period, to: period } : {}
    const { body } = await admin.inject(getAnswerStatistics, { params: { formId }, query })
    expect(body.questions.find(({ fieldId }) => fieldId === 'hours')).toMatchObject({ asked: 1, answered: 1 })

    // Given before the days that are looked at, whenever it was corrected.
    server.deps.clock.set(testNow + 40 * 86_400_000)
    const later = await world
      .as(admin, 'main-admin')
      .inject(contracts.tryRules, { params: { draftId: draft.body.id } })
    expect(later.body.answers).toBe(0)
  },
)
