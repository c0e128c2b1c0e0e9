import { afterAll, beforeAll, expect, it } from 'vitest'
import { publishForm } from '@kangbao/shared/contracts/forms.ts'
import { signInByAuthCode, type Session } from '@kangbao/shared/contracts/sessions.ts'
import { hostOrg, orgIdOf, pushItem, rowsOf, settled } from '../../../test/host.ts'
import { startTestServer, type TestServer } from '../../../test/server.ts'
import { until } from '../../../test/until.ts'
import { plainSettings } from '../../../test/world.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
  server.startJobs()
})
afterAll(() => server.close())

/** Transactions that wait for a row another one is writing. */
async function waiting(): Promise<number> {
  const { rows } = await server.deps.database.pool.query(
    `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
  )
  return rows.length
}

async function plannedSteps(orgId: string): Promise<number> {
  const { rows } = await server.deps.database.pool.query('select 1 from due_sends where org_id = $1', [orgId])
  return rows.length
}

async function isStopped(orgId: string): Promise<boolean> {
  const rows = await rowsOf(
    server,
    orgId,
    `select from installations where app = 'forms' and state = 'stopped'`,
  )
  return rows.length > 0
}

const everyDay = { ...plainSettings, repeat: { weekdays: [1, 2, 3, 4, 5, 6, 7], time: '17:00' } }

/** An org with the forms app enabled and the daily form published; its next steps are noted. */
async function publishedOrg() {
  const { corpId, org } = hostOrg(server)
  org.codes.set('a-code', 'boss')
  await pushItem(server, { corpId, type: 4, id: '9000', action: 'org_suite_auth' })
  await settled(server)
  const orgId = await orgIdOf(server, corpId)
  const signIn = await server.app.inject({
    method: 'POST',
    url: `/api${signInByAuthCode.path}`,
    payload: { app: 'forms', corpId, code: 'a-code' },
  })
  const { token }: Session = signIn.json()
  const published = await server.app.inject({
    method: 'POST',
    url: `/api${publishForm.path}`,
    headers: { authorization: `Bearer ${token}` },
    payload: { templateId: 'zhengzhou/daily', settings: everyDay },
  })
  expect(published.statusCode).toBe(200)
  await expect.poll(() => plannedSteps(orgId)).toBeGreaterThan(0)
  return { corpId, orgId, formId: published.json<{ id: string }>().id }
}

const stopOf = (corpId: string) => ({ corpId, type: 7, id: '4500', data: { agentId: 1 } })

it('Z-21: stopping or removing the app ends everything planned at once; enabling it again plans it anew', async () => {
  const { corpId, orgId } = await publishedOrg()

  const stop = stopOf(corpId)
  await pushItem(server, { ...stop, action: 'org_micro_app_stop' })
  await settled(server)
  expect(await plannedSteps(orgId)).toBe(0)

  await pushItem(server, { ...stop, action: 'org_micro_app_restore' })
  await settled(server)
  expect(await plannedSteps(orgId)).toBeGreaterThan(0)

  server.ports.orgs.delete(corpId)
  await pushItem(server, { corpId, type: 4, id: '9000', action: 'org_suite_relieve' })
  await settled(server)
  expect(await plannedSteps(orgId)).toBe(0)
})

it('Z-21: a stop that comes while the next step is being noted takes that one away too', async () => {
  const { corpId, orgId, formId } = await publishedOrg()
  await settled(server)
  // The step of tomorrow is held up in its middle: it waits for whoever opens the same period.
  const other = await server.deps.database.pool.connect()
  try {
    await other.query(
      `begin; set local app.org_id = '${orgId}'; set local idle_in_transaction_session_timeout = 0`,
    )
    await other.query(
      `insert into form_periods (org_id, form_id, period_start, opened_at) values ($1, $2, '2026-03-03', now())`,
      [orgId, formId],
    )
    server.deps.clock.advance(24 * 3_600_000)
    await until(waiting, (count) => count === 1)
    await pushItem(server, { ...stopOf(corpId), action: 'org_micro_app_stop' })
    // Either it waits as well, or it is through already and has missed the step.
    await until(
      async () => ({ waiting: await waiting(), stopped: await isStopped(orgId) }),
      (seen) => seen.waiting > 1 || seen.stopped,
    )
    await other.query('rollback')
  } finally {
    other.release()
  }
  await settled(server)
  expect(await plannedSteps(orgId)).toBe(0)
})
