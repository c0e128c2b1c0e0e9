import { until } from './http.ts'

interface SmsOnPhone {
  readonly params: Readonly<Record<string, string>>
  readonly receivedAt: string
}

/** The code in the newest text a phone received after a moment. */
export async function newestSmsCode(
  addresses: { readonly sms: string },
  phone: string,
  after: number,
): Promise<string> {
  const messages = await until(
    `SMS to ${phone.slice(0, 3)}…`,
    async () => {
      const response = await fetch(`${addresses.sms}/messages?to=${phone}`)
      return ((await response.json()) as { messages: SmsOnPhone[] }).messages // the sandbox's list
    },
    (list) =>
      list.some(({ receivedAt, params }) => Date.parse(receivedAt) >= after - 2_000 && params['code']),
  )
  return messages[0]?.params['code'] ?? ''
}

export interface ReceivedReport {
  readonly report: {
    readonly kind: 'employment' | 'health'
    readonly reportId: string
    readonly sequence: number
    readonly day: string
    readonly org: { readonly corpId: string; readonly name: string }
    readonly counts: Readonly<Record<string, number>>
    readonly automatic: boolean
  }
}
