import { afterAll, beforeAll, expect, it } from 'vitest'
import { changeFormSettings } from '@kangbao/shared/contracts/forms.ts'
import type { LiveEvent } from '@kangbao/shared/contracts/live.ts'
import { faultFigure } from './isolation/fault-figure.ts'
import { newTenant } from './isolation/objects.ts'
import { startTestServer, type TestServer } from './server.ts'
import { until } from './until.ts'
import { plainSettings, signToken } from './world.ts'

let server: TestServer
let address = ''
beforeAll(async () => {
  server = await startTestServer()
  address = await server.app.listen({ port: 0, host: '127.0.0.1' })
})
afterAll(() => server.close())

/** A screen that listens; `heard` grows as events come, `ended` when the server closes. */
async function listen(token: string) {
  const response = await fetch(`${address}/api/live`, { headers: { authorization: `Bearer ${token}` } })
  expect(response.headers.get('cache-control')).toBe('no-store')
  const heard: string[] = []
  const read = async () => {
    let rest = ''
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
      const lines = (rest + part.value).split('\n')
      rest = lines.pop() ?? ''
      heard.push(...lines.filter((line) => line.startsWith('data: ')).map((line) => line.slice(6)))
    }
  }
  return { heard, ended: read() }
}

it('S-02: a stream tells of one’s own org only, and of what one’s role may read', async () => {
  const [ours, theirs] = [await newTenant(server, 'aa'), await newTenant(server, 'zz')]
  const { formId, openFormId, period, memberId } = ours.here
  const { people, world } = ours
  const guest = signToken(server, { sub: memberId, org: world.orgId, role: 'member', guest: true })
  const [admin, subAdmin, viewer, member, stranger, visitor] = await Promise.all(
    [
      people.mainAdmin.token,
      people.adminHere.token,
      people.viewer.token,
      people.member.token,
      theirs.people.mainAdmin.token,
      guest,
    ].map(listen),
  )
  if (!admin || !subAdmin || !viewer || !member || !stranger || !visitor) throw new Error('six listen')
  const events: LiveEvent[] = [
    { kind: 'completeness', formId, period },
    { kind: 'completeness', formId: openFormId, period: 'once' },
    { kind: 'report', report: 'r1' },
    { kind: 'directory' },
    { kind: 'form', formId },
    { kind: 'form', formId: openFormId },
  ]
  // The process begins to listen with its first screen: what is told before that is heard by nobody.
  await until(
    () => {
      server.deps.live.publish(theirs.world.orgId, { kind: 'directory' })
      return Promise.resolve(stranger.heard.length)
    },
    (heard) => heard >= 1,
  )
  // What the set-up itself has changed is told late; the one just heard was told after it.
  const all = [admin, subAdmin, viewer, member, stranger, visitor]
  for (const { heard } of all) heard.length = 0
  server.deps.live.publish(theirs.world.orgId, { kind: 'directory' })
  for (const event of events) server.deps.live.publish(world.orgId, event)
  await until(
    () => Promise.resolve(admin.heard.length),
    (heard) => heard >= events.length,
  )
  await until(
    () => Promise.resolve(viewer.heard.length),
    (heard) => heard >= 2,
  )

  // Nobody's list of viewers is kept: taken off it, one hears no more.
  const settings = { ...plainSettings, sharedViewers: [] }
  const changed = await people.mainAdmin.inject(changeFormSettings, { params: { formId }, body: settings })
  expect(changed.status).toBe(200)
  await until(
    () => Promise.resolve(admin.heard.length),
    (heard) => heard >= events.length + 1,
  )
  server.deps.live.publish(world.orgId, { kind: 'completeness', formId, period })
  await until(
    () => Promise.resolve(admin.heard.length),
    (heard) => heard >= events.length + 2,
  )

  await until(
    () => Promise.resolve(stranger.heard.length),
    (heard) => heard >= 1,
  )
  await server.app.close()
  await Promise.all(all.map(({ ended }) => ended))
  const kinds = ({ heard }: { heard: string[] }) =>
    heard.map((text) => {
      const event = JSON.parse(text) as LiveEvent // written by the route
      return 'formId' in event ? `${event.kind} ${event.formId === formId ? 'shared' : 'other'}` : event.kind
    })
  const sorted = (stream: { heard: string[] }) => [...new Set(kinds(stream))].sort()
  const expected = [
    ['completeness other', 'completeness shared', 'directory', 'form other', 'form shared', 'report'],
    ['completeness other', 'completeness shared', 'directory', 'form other', 'form shared'],
    ['completeness shared', 'form shared'],
    [],
    ['directory'],
    [],
  ]
  const wrong = all.filter((stream, i) => JSON.stringify(sorted(stream)) !== JSON.stringify(expected[i]))
  faultFigure('S-02', all.length * events.length, wrong, 'streams that told too much or too little')
  expect(all.map(sorted)).toEqual(expected)
  expect(kinds(viewer)).toHaveLength(2)
})
