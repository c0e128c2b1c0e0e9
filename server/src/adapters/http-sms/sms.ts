import { createHmac } from 'node:crypto'
import { request } from 'undici'
import type { Locale } from '@kangbao/shared/locale.ts'
import type { Config } from '../../config.ts'
import type { Sms, SmsMessage } from '../../ports/sms.ts'
import { outgoing, privateHostsOf } from '../outgoing/outgoing.ts'

const timeoutMs = 8_000

const signNames: Readonly<Record<Locale, string>> = { 'zh-CN': '康报', en: 'Kangbao' }

type Texts = Readonly<Record<SmsMessage['template'], (params: SmsMessage['params']) => string>>
const texts: Readonly<Record<Locale, Texts>> = {
  'zh-CN': {
    'sign-in-code': ({ code }) => `您的登录验证码是 ${code}，5 分钟内有效，请勿告诉他人。`,
    'fill-reminder': () => '您有表单今天还没有填写，请打开企业的工作台，在“智能填表”中完成。',
    'bind-code': ({ code }) => `您正在绑定手机号，验证码是 ${code}，5 分钟内有效，请勿告诉他人。`,
  },
  en: {
    'sign-in-code': ({ code }) =>
      `Your sign-in code is ${code}. It is good for 5 minutes; tell it to nobody.`,
    'fill-reminder': () =>
      'A form is still to be filled in today. Please open your workplace and find it under Forms.',
    'bind-code': ({ code }) =>
      `Your code for confirming this phone is ${code}. It is good for 5 minutes; tell it to nobody.`,
  },
}

/** A signed SMS gateway over HTTP. Neither the number nor the text is ever logged or put into an error. */
export function httpSms(config: Pick<Config, 'SMS_URL' | 'SMS_SECRET' | 'OUTGOING_PRIVATE_HOSTS'>): Sms {
  const privateHosts = privateHostsOf(config)
  const dispatcher = outgoing([config.SMS_URL], { connections: 16, timeoutMs, privateHosts })
  return {
    async send(message, idempotencyKey) {
      const { to, template, locale } = message
      // A code and nothing else leaves with a text, and not even that with a reminder (S-45).
      const params: SmsMessage['params'] =
        template === 'fill-reminder' ? {} : { code: message.params['code'] ?? '' }
      const text = texts[locale][template](params)
      const body = JSON.stringify({ to, template, params, text, signName: signNames[locale] })
      const { statusCode, body: answer } = await request(config.SMS_URL, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-signature': createHmac('sha256', config.SMS_SECRET).update(body).digest('hex'),
          'idempotency-key': idempotencyKey,
        },
        body,
        dispatcher,
        signal: AbortSignal.timeout(timeoutMs),
      })
      await answer.dump()
      if (statusCode !== 200) throw new Error(`the SMS gateway answered ${statusCode}`)
    },
  }
}
