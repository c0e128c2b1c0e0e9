import type { Locale } from '@kangbao/shared/locale.ts'
import type { Letter } from './letter.ts'

interface Words {
  readonly subject: string
  readonly paragraph: string
  readonly footer: string
}

const words: Readonly<Record<Locale, Words>> = {
  'zh-CN': {
    subject: '康报邮箱验证码',
    paragraph: '您正在确认接收提醒的邮箱，验证码 30 分钟内有效，请勿告诉他人：',
    footer: '如非本人操作，请忽略此邮件：未确认的邮箱不会收到任何通知。',
  },
  en: {
    subject: 'Your code for Kangbao',
    paragraph: 'Confirm this mailbox with the code below. It is good for 30 minutes; tell it to nobody:',
    footer: 'If this was not you, do nothing: a mailbox that is not confirmed gets no messages.',
  },
}

/** Carries a code to an address that is not confirmed yet, and so says nothing of who asked or where. */
export function codeLetter(locale: Locale, code: string): Letter {
  const { subject, paragraph, footer } = words[locale]
  return { locale, subject, paragraphs: [paragraph], code, footer: [footer] }
}
