import { createHmac } from 'node:crypto'
import { request } from 'undici'
import type { Config } from '../config.ts'
import type { SmsSender } from '../deps.ts'

/** The provider's wire: signed JSON, one message a call, repeats recognised by their key. */
export function httpSms({ smsUrl, smsSecret }: Pick<Config, 'smsUrl' | 'smsSecret'>): SmsSender {
  return {
    async send({ idempotencyKey, ...message }) {
      const body = JSON.stringify(message)
      const answer = await request(smsUrl, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'idempotency-key': idempotencyKey,
          'x-signature': createHmac('sha256', smsSecret).update(body).digest('hex'),
        },
        body,
        headersTimeout: 5000,
        bodyTimeout: 5000,
      })
      await answer.body.dump()
      if (answer.statusCode !== 200) throw new Error(`SMS provider answered ${answer.statusCode}`)
    },
  }
}
