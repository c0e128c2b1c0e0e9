import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { withdrawConsent } from '@kangbao/shared/contracts/consents.ts'
import { getMyData } from '@kangbao/shared/contracts/own-data.ts'
import {
  correctSubmission,
  fileSubmission,
  getSubmission,
  revealAnswer,
} from '@kangbao/shared/contracts/submissions.ts'
import type { RowAnswers } from '@kangbao/shared/forms/answers.ts'
import { startTestServer, testNow, type TestServer } from '../../../test/server.ts'
import { newWorld, type World } from '../../../test/world.ts'

const day = '2026-03-02'
const phone = '13800002222'
const track = {
  at: `${day}T07:40`,
  place: { code: '410105', detail: '示例路 1 号' },
  transport: 'car',
  'contact-case': 'no',
}
const answersOf = (...rows: RowAnswers[]) =>
  ({ date: day, 'went-out': 'yes', tracks: { rows }, promise: true }) as const

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
  const form = await world.publish('zhengzhou/day-tracks')
  params = { formId: form.id, period: day, memberId: world.member.memberId }
})
// Rows may be anything here: what the server makes of them is the question.
const file = (answers: object) =>
  world.member.inject(fileSubmission, { params, body: { answers: answers as Record<string, string> } })

describe('Z-34: answers in rows', () => {
  it('are refused with a pointer to the row and the column', async () => {
    const reply = await file(answersOf(track, { ...track, transport: 'bus' }))
    expect(reply.problem).toMatchObject({
      code: 'answers.invalid',
      details: {
        problems: [
          {
            field: 'tracks',
            row: 1,
            column: 'transport-number',
            reason: 'required',
            pointer: 'answers/tracks/rows/1/transport-number',
          },
        ],
      },
    })
    const flood = Array.from({ length: 101 }, () => track)
    expect((await file(answersOf(...flood))).problem.code).toBe('request.invalid')
    // Not rows at all, as a hostile client would send them.
    const nested = await file(answersOf({ ...track, companion: { rows: [track] } } as unknown as RowAnswers))
    expect(nested.problem.code).toBe('request.invalid')
  })

  it('S-36, S-37: are masked, opened one by one, corrected with their masks, and read by the person in words', async () => {
    const first = { ...track, companion: '李四', 'companion-phone': phone }
    expect((await file(answersOf(first, { ...track, 'contact-case': 'yes' }))).body).toMatchObject({
      findings: ['contact'],
      isAbnormal: true,
    })
    const seen = await world.admin.inject(getSubmission, { params })
    const path = 'tracks/rows/0/companion-phone'
    expect(seen.body.masked).toEqual([path])
    expect(seen.body.answers['tracks']).toMatchObject({ rows: [{ 'companion-phone': '138****2222' }, {}] })
    const reveal = (field: string) =>
      world.admin.inject(revealAnswer, { params, body: { field, reason: 'urgent-contact' } })
    expect((await reveal(path)).body).toEqual({ value: phone })
    for (const wrong of [
      'tracks/rows/1/companion-phone',
      'tracks/rows/0/companion',
      'tracks',
      'companion-phone',
    ])
      expect((await reveal(wrong)).status).toBe(404)

    server.deps.clock.set(testNow + 60_000)
    const corrected = answersOf({ ...first, 'companion-phone': '138****2222', transport: 'foot' })
    const done = await world.admin.inject(correctSubmission, {
      params,
      body: { answers: corrected, reason: '本人来电更正' },
    })
    expect(done.body).toMatchObject({ revision: 2, isAbnormal: false })
    expect((await reveal(path)).body).toEqual({ value: phone })

    const own = await world.member.inject(getMyData, {})
    const newest = own.body.answers.find(({ revision }) => revision === 2)
    expect(newest?.answers['tracks']).toEqual({ rows: [{ ...first, transport: 'foot' }] })
    const tracks = newest?.read.find(({ question }) => question.en === 'Tracks of today')
    expect(tracks?.answer['zh-CN']).toContain(
      '行程 1：出发时间 2026-03-02 07:40；到达地点 410105 示例路 1 号',
    )
  })

  it('S-40: a consent to one of their questions is withdrawn without the rest', async () => {
    const first = { ...track, companion: '李四', 'companion-phone': phone }
    await file(answersOf(first))
    const withdrawn = await world.member.inject(withdrawConsent, {
      body: { subject: 'zhengzhou/day-tracks', purpose: 'companions' },
    })
    expect(withdrawn.body.answersChanged).toBe(1)
    const seen = await world.admin.inject(getSubmission, { params })
    expect(seen.body.answers['tracks']).toEqual({ rows: [track] })
    expect((await file(answersOf(first))).problem.code).toBe('consent.missing')
  })
})
