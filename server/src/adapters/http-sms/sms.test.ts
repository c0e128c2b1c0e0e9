import { createHmac } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { httpSms } from './sms.ts'

const secret = 'an-sms-secret-for-tests'
const seen: { signature: unknown; key: unknown; body: string }[] = []
let status = 200
const gateway = createServer((request, response) => {
  const parts: Buffer[] = []
  request.on('data', (part: Buffer) => parts.push(part))
  request.on('end', () => {
    const { 'x-signature': signature, 'idempotency-key': key } = request.headers
    seen.push({ signature, key, body: Buffer.concat(parts).toString() })
    response.writeHead(status).end('{"messageId":"1"}')
  })
})
beforeAll(() => new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve)))
afterAll(() => {
  gateway.closeAllConnections()
  gateway.close()
})
const sms = () =>
  httpSms({ SMS_URL: `http://127.0.0.1:${(gateway.address() as AddressInfo).port}/sms`, SMS_SECRET: secret })
const message = { to: '13800002222', template: 'sign-in-code', params: { code: '123456' } } as const

it('Z-23: signs the message, and writes it in the person’s language', async () => {
  await sms().send({ ...message, locale: 'zh-CN' }, 'key-1')
  await sms().send({ ...message, locale: 'en' }, 'key-2')
  const [chinese, english] = seen
  expect(chinese?.key).toBe('key-1')
  expect(chinese?.signature).toBe(
    createHmac('sha256', secret)
      .update(chinese?.body ?? '')
      .digest('hex'),
  )
  expect(JSON.parse(chinese?.body ?? '{}')).toMatchObject({
    to: '13800002222',
    template: 'sign-in-code',
    signName: '康报',
    text: expect.stringContaining('123456'),
  })
  expect(JSON.parse(english?.body ?? '{}')).toMatchObject({ signName: 'Kangbao' })
})

it('Z-33: a reminder tells neither who nor what form', async () => {
  await sms().send({ ...message, template: 'fill-reminder', locale: 'zh-CN' }, 'key-4')
  const { template, params, text } = JSON.parse(seen.at(-1)?.body ?? '{}') as Record<string, unknown>
  expect([template, params]).toEqual(['fill-reminder', {}])
  expect(text).toContain('智能填表')
  expect(text).not.toContain('123456')
})

it('says so when the gateway refuses, without the number or the code', async () => {
  status = 401
  const failure = await sms()
    .send({ ...message, locale: 'en' }, 'key-3')
    .catch(String)
  expect(failure).toContain('401')
  expect(failure).not.toMatch(/13800002222|123456/)
})
