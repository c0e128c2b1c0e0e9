import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { listDeliveries, listPushes } from '@kangbao/shared/contracts/ledger.ts'
import { fileSubmission } from '@kangbao/shared/contracts/submissions.ts'
import { healthyAnswers } from '../../../test/answers.ts'
import { startTestServer, testNow, type TestServer } from '../../../test/server.ts'
import { until } from '../../../test/until.ts'
import { newWorld, type Person, type World } from '../../../test/world.ts'
import type { Runner } from '../../jobs/runner.ts'

let server: TestServer
let runner: Runner
beforeAll(async () => {
  server = await startTestServer()
  runner = server.startJobs()
})
afterAll(async () => {
  await runner.close()
  await server.close()
})

const period = '2026-03-02'
const at = (time: string) => Date.parse(`${period}T${time}:00+08:00`)

async function givePhone({ orgId }: World, { memberId }: Person, phone: string): Promise<void> {
  const place = { orgId, table: 'members', column: 'phone', row: memberId }
  const sealed = await server.deps.vault.seal(place, phone)
  await server.deps.database.inOrg(orgId, { kind: 'system', name: 'test' }, ({ tx }) =>
    tx.execute(sql`update members set phone = ${sealed} where id = ${memberId}`),
  )
}

it('Z-33: a text goes to who has a phone and neither filed nor read a card, once in a period', async () => {
  server.deps.clock.set(testNow)
  const world = await newWorld(server, { members: 5 })
  const [filer, reader, texted, noPhone, gone] = world.members
  if (!filer || !reader || !texted || !noPhone || !gone) throw new Error('a world of five')
  for (const [i, person] of [filer, reader, texted, gone].entries())
    await givePhone(world, person, `1380000000${i}`)
  const { workplace } = server.ports
  const { sendResult } = workplace
  Object.assign(workplace, {
    sendResult: async () => ({
      isFinished: true,
      failed: [],
      read: [reader.userId],
      unread: [texted.userId],
    }),
  })
  // The carrier is away for a moment: the text is tried again, under its own key.
  const keys: string[] = []
  const { send } = server.ports.sms
  Object.assign(server.ports.sms, {
    send: async (...[message, key]: Parameters<typeof send>) => {
      keys.push(key)
      if (keys.length === 1) throw new Error('the carrier is away')
      return send(message, key)
    },
  })
  const reminders = {
    memberAfterMinutes: null,
    headsAfterMinutes: null,
    smsAfterMinutes: 60,
    quietHours: { from: '22:00', to: '07:00' },
  }
  const form = await world.publish('zhengzhou/daily', { reminders })
  const params = { formId: form.id, period }
  const ledger = async () => (await world.admin.inject(listPushes, { params, query: {} })).body.items
  server.deps.clock.set(at('17:00'))
  await until(ledger, ([push]) => push?.state === 'sent')
  server.deps.clock.set(at('17:02'))
  await until(ledger, ([push]) => push?.read === 1)
  const body = { answers: healthyAnswers(period) }
  expect((await filer.inject(fileSubmission, { params, body })).status).toBe(200)
  await server.deps.database.inOrg(world.orgId, { kind: 'system', name: 'test' }, ({ tx }) =>
    tx.execute(sql`update members set left_at = now() where id = ${gone.memberId}`),
  )
  server.deps.clock.set(at('18:00'))
  await until(
    () => keys.length,
    (calls) => calls === 1,
  )
  await until(
    async () => {
      server.deps.clock.advance(1_000)
      return (await ledger())[0]
    },
    (push) => push?.kind === 'remind-sms' && push.state === 'sent',
  )
  expect(new Set(keys).size).toBe(1)
  expect(server.ports.texts).toEqual([
    { to: '13800000002', template: 'fill-reminder', params: {}, locale: 'zh-CN' },
  ])
  const [push] = await ledger()
  expect(push).toMatchObject({ planned: 1, sent: 1, delivered: 0, failed: 0 })
  const { items } = (await world.admin.inject(listDeliveries, { params, query: { pushId: push?.id ?? '' } }))
    .body
  expect(items).toMatchObject([{ name: texted.name, state: 'sent', reason: 'sms-taken' }])

  // Another step of the same period names nobody again; quiet hours and the switch hold as for every rung.
  const sendAt = new Date(at('16:59')).toISOString()
  await server.deps.database.inOrg(world.orgId, { kind: 'system', name: 'test' }, ({ tx }) =>
    tx.execute(sql`
      insert into due_sends (org_id, form_id, kind, send_at, due_at)
      values (${world.orgId}, ${form.id}, 'remind-sms', ${sendAt}, ${sendAt})`),
  )
  await until(ledger, (pushes) => pushes.filter(({ kind }) => kind === 'remind-sms').length === 2)
  expect((await ledger())[0]).toMatchObject({ kind: 'remind-sms', planned: 0, sent: 0 })
  expect(server.ports.texts).toHaveLength(1)
  Object.assign(workplace, { sendResult })
  Object.assign(server.ports.sms, { send })
})
