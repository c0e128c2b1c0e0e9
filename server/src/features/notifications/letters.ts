import type { Locale } from '@kangbao/shared/locale.ts'
import type { Letter } from '../mail/index.ts'
import { pageUrl } from './cards.ts'
import type { FormFacts } from './form-facts.repo.ts'

/** What a letter is about: the form's own facts, and when its period closes as people read it. */
export interface LetterFacts {
  readonly form: Pick<FormFacts, 'id' | 'title' | 'orgName' | 'corpId'>
  readonly deadline: string | null
  readonly publicUrl: string
  readonly stopUrl: string
}

interface ReminderWords {
  readonly subject: (org: string) => string
  readonly text: (org: string) => string
  readonly deadline: (at: string) => string
  readonly link: string
  readonly stop: string
}

const reminder: Readonly<Record<Locale, ReminderWords>> = {
  'zh-CN': {
    subject: (org) => `待填写提醒：${org}`,
    text: (org) => `您在“${org}”还有表单没有填写，请尽快完成。已填写的请忽略。`,
    deadline: (at) => `截止时间：${at}`,
    link: '去填写',
    stop: '不再接收填写提醒邮件',
  },
  en: {
    subject: (org) => `A form is waiting: ${org}`,
    text: (org) => `A form of “${org}” is still to be filled in. If you have just done so, do nothing.`,
    deadline: (at) => `Open until ${at}`,
    link: 'Fill it in',
    stop: 'No more reminders by mail',
  },
}

/** Reminds somebody to fill a form. It names neither the form nor anything about him (S-45): mail is read by many. */
export function reminderLetter(locale: Locale, { form, deadline, publicUrl, stopUrl }: LetterFacts): Letter {
  const words = reminder[locale]
  return {
    locale,
    subject: words.subject(form.orgName),
    paragraphs: [words.text(form.orgName), ...(deadline === null ? [] : [words.deadline(deadline)])],
    link: { label: words.link, url: pageUrl({ publicUrl }, `/m/forms/fill/${form.id}`, form.corpId) },
    footer: [sender[locale]],
    stop: { label: words.stop, url: stopUrl },
  }
}

const sender: Readonly<Record<Locale, string>> = {
  'zh-CN': '此邮件由智能填表自动发出，请勿回复。',
  en: 'Sent by Forms; nobody reads replies.',
}

interface ExportWords {
  readonly subject: (title: string) => string
  readonly text: string
  readonly link: string
  readonly stop: string
}

const exported: Readonly<Record<Locale, ExportWords>> = {
  'zh-CN': {
    subject: (title) => `导出已完成：${title}`,
    text: '文件 24 小时内有效，登录后可下载。为保护填报人的信息，文件不随邮件发送。',
    link: '去下载',
    stop: '不再接收导出邮件',
  },
  en: {
    subject: (title) => `Your export is ready: ${title}`,
    text: 'The file is there for 24 hours, once you have signed in. It never travels by mail, to protect those in it.',
    link: 'Open it',
    stop: 'No more exports by mail',
  },
}

/** Tells where an export lies: a link behind the sign-in, nothing of what is in it (S-49). */
export function exportLetter(locale: Locale, { form, publicUrl, stopUrl }: LetterFacts): Letter {
  const words = exported[locale]
  const path = `/m/forms/manage/forms/${form.id}/exports`
  return {
    locale,
    subject: words.subject(form.title[locale]),
    paragraphs: [words.text],
    link: { label: words.link, url: pageUrl({ publicUrl }, path, form.corpId) },
    footer: [`${form.orgName} · ${sender[locale]}`],
    stop: { label: words.stop, url: stopUrl },
  }
}
