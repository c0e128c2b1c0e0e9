import { afterAll, beforeAll, expect, it } from 'vitest'
import { publishForm } from '@kangbao/shared/contracts/forms.ts'
import { signInByAuthCode, type Session } from '@kangbao/shared/contracts/sessions.ts'
import { hostOrg, orgIdOf, pushItem, settled } from '../../../test/host.ts'
import { startTestServer, type TestServer } from '../../../test/server.ts'
import { plainSettings } from '../../../test/world.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
  server.startJobs()
})
afterAll(() => server.close())

async function plannedSteps(orgId: string): Promise<number> {
  const { rows } = await server.deps.database.pool.query('select 1 from due_sends where org_id = $1', [orgId])
  return rows.length
}

const everyDay = { ...plainSettings, repeat: { weekdays: [1, 2, 3, 4, 5, 6, 7], time: '17:00' } }

it('Z-21: stopping or removing the app ends everything planned at once; enabling it again plans it anew', async () => {
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

  const stop = { corpId, type: 7, id: '4500', data: { agentId: 1 } }
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
