import { createHmac } from 'node:crypto'
import { expect, it } from 'vitest'
import { newWorld } from './world.ts'

const world = newWorld()
const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`

function send(receiver: string, { key = secret, ageS = 0 }: { key?: string; ageS?: number } = {}) {
  const payload = JSON.stringify({ id: 'e-1', sequence: 4, type: 'form.published', data: {} })
  const timestamp = String(Math.floor(world.deps.clock.now().getTime() / 1000) - ageS)
  const signature = createHmac('sha256', Buffer.from(key.replace('whsec_', ''), 'base64'))
    .update(`e-1.${timestamp}.${payload}`)
    .digest('base64')
  const headers = {
    'content-type': 'application/json',
    'webhook-id': 'e-1',
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,other v1,${signature}`,
  }
  return world.app.inject({ method: 'POST', url: `/webhooks/${receiver}`, headers, payload })
}
const set = (receiver: string, payload: object) =>
  world.app.inject({ method: 'POST', url: `/webhooks/${receiver}/settings`, payload })

it('X-08: the webhook receiver checks signatures, answers as told and lists what came in', async () => {
  expect((await send('hr')).statusCode).toBe(204)
  const set1 = await world.app.inject({
    method: 'POST',
    url: '/webhooks/hr/settings',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: new URLSearchParams({ secret, answer: '204' }).toString(),
  })
  expect(set1.statusCode).toBe(303)
  expect((await send('hr')).statusCode).toBe(204)
  expect((await send('hr', { key: 'whsec_AAAA' })).statusCode).toBe(401)
  expect((await send('hr', { ageS: 301 })).statusCode).toBe(401)
  await set('hr', { secret, answer: 500 })
  expect((await send('hr')).statusCode).toBe(500)
  expect((await set('hr', { secret, answer: 'soon' })).statusCode).toBe(400)
  const { messages } = (await world.app.inject('/webhooks/hr/messages')).json<{
    messages: { signature: string }[]
  }>()
  expect(messages.map(({ signature }) => signature)).toEqual(['good', 'stale', 'bad', 'good', 'unchecked'])
  const page = await world.app.inject('/webhooks?lang=en')
  expect(page.body).toContain('form.published')
  expect(page.body).toContain('Bad signature')
})
