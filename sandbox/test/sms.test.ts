import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { hmacHex } from '../src/signature.ts'
import { newWorld, smsSecret } from './world.ts'

const world = newWorld()

function send(
  message: object,
  { secret = smsSecret, key = randomUUID() }: { secret?: string; key?: string } = {},
) {
  const payload = JSON.stringify(message)
  return world.app.inject({
    method: 'POST',
    url: '/sms',
    headers: {
      'content-type': 'application/json',
      'x-signature': hmacHex(secret, payload),
      'idempotency-key': key,
    },
    payload,
  })
}

const code = (to: string, digits: string) => ({
  to,
  template: 'sign-in',
  params: { code: digits },
  text: `验证码 ${digits}，5 分钟内有效。`,
  signName: '康报',
})

const messagesTo = async (to: string): Promise<Record<string, unknown>[]> =>
  (await world.app.inject(`/sms/messages?to=${encodeURIComponent(to)}`)).json().messages

describe('SMS phone', () => {
  it('lists the messages of a phone, newest first, with their codes', async () => {
    await send(code('13800010001', '111111'))
    world.deps.clock.advance(1_000)
    await send(code('13800010001', '222222'))
    await send(code('13800010002', '333333'))
    expect((await messagesTo('13800010001')).map((sms) => sms['params'])).toEqual([
      { code: '222222' },
      { code: '111111' },
    ])
    const page = await world.app.inject('/sms?to=13800010001')
    expect(page.body).toContain('138 0001 0001')
    expect(page.body).toContain('222222')
    expect(page.body).not.toContain('333333')
  })

  it('keeps one message of a key that is sent twice', async () => {
    const key = randomUUID()
    const ids = [await send(code('13800010003', '4'), { key }), await send(code('13800010003', '4'), { key })]
    expect(ids[0]?.json().messageId).toBe(ids[1]?.json().messageId)
    expect(await messagesTo('13800010003')).toHaveLength(1)
  })

  it('refuses a wrong signature and a message without a text', async () => {
    expect((await send(code('13800010004', '5'), { secret: 'someone else’s secret' })).statusCode).toBe(401)
    expect((await send({ to: '13800010004' })).statusCode).toBe(400)
    expect(await messagesTo('13800010004')).toEqual([])
  })
})
