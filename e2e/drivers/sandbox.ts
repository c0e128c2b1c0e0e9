import { confirmMail, requestMailCode } from '@kangbao/shared/contracts/my-mail.ts'
import { bindPhone, requestBindingCode } from '@kangbao/shared/contracts/sessions.ts'
import { until } from './http.ts'
import type { Member } from './member.ts'

interface SmsOnPhone {
  readonly id: string
  readonly params: Readonly<Record<string, string>>
}

/** Texts on a phone, newest first. */
export async function textsOn(addresses: { readonly sms: string }, phone: string): Promise<SmsOnPhone[]> {
  const response = await fetch(`${addresses.sms}/messages?to=${phone}`)
  return ((await response.json()) as { messages: SmsOnPhone[] }).messages // the sandbox's list
}

/** The code of the text that an act sends to a phone; by what is new there, since clocks may be moved. */
export async function codeSentBy(
  addresses: { readonly sms: string },
  phone: string,
  act: () => Promise<unknown>,
): Promise<string> {
  const known = new Set((await textsOn(addresses, phone)).map(({ id }) => id))
  await act()
  const isNew = ({ id, params }: SmsOnPhone) => !known.has(id) && params['code'] !== undefined
  const texts = await until(
    `SMS to ${phone.slice(0, 3)}…`,
    () => textsOn(addresses, phone),
    (list) => list.some(isNew),
  )
  return texts.find(isNew)?.params['code'] ?? ''
}

/** Binds a phone to a member by the code that is sent to it. */
export async function bindTo(
  member: Member,
  addresses: { readonly sms: string },
  phone: string,
): Promise<void> {
  let challenge = ''
  const code = await codeSentBy(addresses, phone, async () => {
    challenge = (await member.call(requestBindingCode, { body: { phone } })).challenge
  })
  await member.call(bindPhone, { body: { phone, code, challenge } })
}

/** The text of the newest mail in a mailbox of the sandbox that fits; waits until there is one. */
export async function mailIn(
  addresses: { readonly sms: string },
  mailbox: string,
  fits: (text: string) => boolean,
): Promise<string> {
  const inbox = new URL('/mail/messages', addresses.sms)
  const newest = async () => {
    const list = (await (await fetch(`${inbox}?to=${mailbox}`)).json()) as { messages: { id: string }[] } // the sandbox's
    for (const { id } of list.messages) {
      const mail = (await (await fetch(`${inbox}/${id}`)).json()) as { text: string } // one of that list
      if (fits(mail.text)) return mail.text
    }
    return ''
  }
  return until('a mail in the sandbox', newest, (text) => text !== '')
}

/** Confirms a mail address of a member by the code that is sent to it. */
export async function confirmMailOf(
  member: Member,
  addresses: { readonly sms: string },
  address: string,
): Promise<void> {
  const body = { address, locale: 'zh-CN' } as const
  const { challenge } = await member.call(requestMailCode, { body })
  const text = await mailIn(addresses, address, (each) => /\b\d{6}\b/.test(each))
  const code = /\b\d{6}\b/.exec(text)?.[0] ?? ''
  await member.call(confirmMail, { body: { ...body, code, challenge } })
}
