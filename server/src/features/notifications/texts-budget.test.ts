import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { listDeliveries, listPushes } from '@kangbao/shared/contracts/ledger.ts'
import { startTestServer, type TestServer } from '../../../test/server.ts'
import { until } from '../../../test/until.ts'
import { newWorld } from '../../../test/world.ts'
import type { Runner } from '../../jobs/runner.ts'
import { fileElsewhere, send as sendCode } from '../codes/index.ts'

const hourlyBudget = 30
let server: TestServer
let runner: Runner
beforeAll(async () => {
  server = await startTestServer({ config: { SMS_HOURLY_BUDGET: hourlyBudget } })
  runner = server.startJobs()
})
afterAll(async () => {
  await runner.close()
  await server.close()
})

const period = '2026-03-02'
const at = (time: string) => Date.parse(`${period}T${time}:00+08:00`)

it('Z-33, S-18: reminders count among the texts of the hour, leave room for codes, wait for theirs and are given up', async () => {
  server.deps.clock.set(at('10:00'))
  const world = await newWorld(server, { members: 45 })
  for (const [i, { memberId }] of world.members.entries()) {
    const place = { orgId: world.orgId, table: 'members', column: 'phone', row: memberId }
    const sealed = await server.deps.vault.seal(place, `138000000${10 + i}`)
    await server.deps.database.inOrg(world.orgId, { kind: 'system', name: 'test' }, ({ tx }) =>
      tx.execute(sql`update members set phone = ${sealed} where id = ${memberId}`),
    )
  }
  const form = await world.publish('zhengzhou/daily', {
    repeat: { weekdays: [1], time: '12:00' },
    reminders: { memberAfterMinutes: null, headsAfterMinutes: null, smsAfterMinutes: 60 },
  })
  const params = { formId: form.id, period }
  const newest = async () => (await world.admin.inject(listPushes, { params, query: {} })).body.items[0]
  server.deps.clock.set(at('12:00'))
  await until(newest, (push) => push?.state === 'sent')
  server.deps.clock.set(at('13:00'))
  const texts = (count: number) =>
    until(
      () => server.ports.texts.length,
      (sent) => sent === count,
    )
  // Twenty of thirty: another twenty would leave nothing for codes.
  await texts(20)
  const asked = { purpose: 'sign-in', asker: 'a-challenge-of-a-test', orgId: null, isKnown: true } as const
  const code = (n: number) =>
    sendCode(server.deps, { ...asked, phone: `1390000000${n}`, ip: `10.0.0.${n}`, locale: 'zh-CN' })
  // Codes have the rest of the budget, and no more than that.
  for (let n = 0; n < 10; n += 1) await code(n)
  await texts(hourlyBudget)
  const { purpose, ...bound } = { ...asked, purpose: 'bind-phone' as const }
  await expect(
    sendCode(server.deps, { ...bound, purpose, phone: '13900000099', ip: '10.0.0.99', locale: 'en' }),
  ).rejects.toMatchObject({ code: 'sms-code.too-many' })
  // By mail or in the workplace they go on.
  const mail = fileElsewhere(
    server.deps,
    { ...asked, ip: '10.0.0.98', locale: 'en' },
    'mail:a@example.com',
    'mail',
  )
  expect((await mail).code).toMatch(/^\d{6}$/)
  // An hour on there is room for the next twenty, and after three the last are given up.
  server.deps.clock.set(at('14:05'))
  await texts(hourlyBudget + 20)
  server.deps.clock.set(at('14:10'))
  await until(
    async () => {
      server.deps.clock.set(Math.min(server.deps.clock.now() + 60_000, at('14:50')))
      return server.ports.texts.length
    },
    () => server.deps.clock.now() >= at('14:50'),
  )
  expect(server.ports.texts).toHaveLength(hourlyBudget + 20)
  await fillBudget()
  server.deps.clock.set(at('16:10'))
  const push = await until(newest, (each) => each?.kind === 'remind-sms' && each.state === 'sent')
  expect(push).toMatchObject({ planned: 45, sent: 40, failed: 5 })
  const query = { pushId: push?.id ?? '', state: 'failed' as const }
  const { items } = (await world.admin.inject(listDeliveries, { params, query })).body
  expect(new Set(items.map(({ reason }) => reason))).toEqual(new Set(['sms-budget']))
})

/** Others use up what there is. */
function fillBudget() {
  return server.deps.database.inSystem(({ tx }) =>
    tx.execute(sql`
      insert into sms_reminders (at_minute, org_id, texts)
      values (${new Date(at('15:30')).toISOString()}, gen_random_uuid(), ${hourlyBudget})`),
  )
}
