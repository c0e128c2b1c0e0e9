import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { figure } from '@kangbao/launcher/figure.ts'
import {
  correctSubmission,
  fileSubmission,
  getSubmission,
  revealAnswer,
} from '@kangbao/shared/contracts/submissions.ts'
import { workStartAnswers } from '../../../test/answers.ts'
import { startTestServer, testNow, type TestServer } from '../../../test/server.ts'
import { newWorld, signToken, type World } from '../../../test/world.ts'
import { callApi } from '../../../test/call.ts'

let server: TestServer
let world: World
let params: { formId: string; period: string; memberId: string }
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())
beforeEach(async () => {
  server.deps.clock.set(testNow)
  world = await newWorld(server)
  const form = await world.publish('zhengzhou/work-start')
  params = { formId: form.id, period: 'once', memberId: world.member.memberId }
  const { formId, period } = params
  const filing = { params: { formId, period }, body: { answers: workStartAnswers() } }
  expect((await world.member.inject(fileSubmission, filing)).status).toBe(200)
})

const asked = { field: 'id-number', reason: 'identity-check' } as const
const idNumber = workStartAnswers()['id-number']
const rows = async () => {
  const { rows: found } = await server.deps.database.inOrg(
    world.orgId,
    { kind: 'system', name: 'test' },
    ({ tx }) =>
      tx.execute<{ people: string[]; detail: Record<string, unknown>; actor: string }>(
        `select people, detail, actor from audit_log where action = 'submission.revealed'`,
      ),
  )
  return found
}

describe('S-37: a masked answer is opened', () => {
  it('by an admin with a reason and a second proof, and the person can see who looked', async () => {
    const reply = await world.admin.inject(revealAnswer, { params, body: asked })
    expect([reply.status, reply.body]).toEqual([200, { value: idNumber }])
    expect(await rows()).toEqual([
      {
        people: [world.member.memberId],
        actor: `member:${world.admin.memberId}`,
        detail: { field: 'id-number', reason: 'identity-check', revision: 1 },
      },
    ])
  })

  it('without any of these by nobody, at most thirty times an hour', async () => {
    const token = signToken(
      server,
      { sub: world.admin.memberId, org: world.orgId, role: 'main-admin' },
      { isProved: false },
    )
    const other = await newWorld(server)
    const refused = [
      (await callApi(server.app, revealAnswer, { params, body: asked }, { token })).status,
      (await callApi(server.app, revealAnswer, { params, body: asked })).status,
      (await world.member.inject(revealAnswer, { params, body: asked })).status,
      (await other.admin.inject(revealAnswer, { params, body: asked })).status,
      (await world.admin.inject(revealAnswer, { params, body: { ...asked, field: 'places' } })).status,
      (await world.admin.inject(revealAnswer, { params, body: { ...asked, field: 'nothing' } })).status,
      // @ts-expect-error a reason that is none of those on offer
      (await world.admin.inject(revealAnswer, { params, body: { ...asked, reason: 'curious' } })).status,
      // @ts-expect-error a reveal without any reason
      (await world.admin.inject(revealAnswer, { params, body: { field: 'id-number' } })).status,
    ]
    expect(refused).toEqual([403, 401, 403, 404, 404, 404, 400, 400])
    expect(await rows()).toEqual([])

    const many = await Promise.all(
      Array.from({ length: 34 }, () => world.admin.inject(revealAnswer, { params, body: asked })),
    )
    const opened = many.filter(({ status }) => status === 200).length
    expect([opened, many.find(({ status }) => status !== 200)?.problem.code]).toEqual([30, 'reveal.too-many'])
    // Two hours: the clock goes on while the calls above take their time.
    server.deps.clock.set(testNow + 7_200_000)
    expect((await world.admin.inject(revealAnswer, { params, body: asked })).status).toBe(200)

    const wrong = refused.filter((status) => status < 400).length + Math.max(0, opened - 30)
    figure({
      id: 'S-37',
      n: refused.length + many.length,
      value: wrong,
      unit: 'reveals without reason, proof, right or beyond 30 an hour',
      target: '0',
      ok: wrong === 0,
    })
    expect(wrong).toBe(0)
  })
})

describe('S-36: an admin who corrects', () => {
  it('sees masks, sends them back, and the answers behind them stay', async () => {
    const seen = await world.admin.inject(getSubmission, { params })
    expect(seen.body.answers).toMatchObject({ 'id-number': '41**************33', phone: '138****2222' })
    expect(seen.body.masked).toEqual(['id-number', 'phone'])
    const corrected = { ...seen.body.answers, places: '武汉、长沙' }
    server.deps.clock.set(testNow + 60_000)
    const done = await world.admin.inject(correctSubmission, {
      params,
      body: { answers: corrected, reason: '本人来电补充' },
    })
    expect(done.status).toBe(200)
    const kept = await world.admin.inject(revealAnswer, { params, body: asked })
    expect(kept.body.value).toBe(idNumber)
    const after = await world.admin.inject(getSubmission, { params })
    expect(after.body.answers).toMatchObject({ places: '武汉、长沙', phone: '138****2222' })
    const wrongMask = { ...corrected, 'id-number': '42**************33' }
    const refused = await world.admin.inject(correctSubmission, {
      params,
      body: { answers: wrongMask, reason: '本人来电补充' },
    })
    expect(refused.problem.code).toBe('answers.invalid')
  })
})
