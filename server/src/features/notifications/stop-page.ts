import { createHash } from 'node:crypto'
import { brandColours } from '@kangbao/shared/brand.ts'
import type { Locale } from '@kangbao/shared/locale.ts'

const { light, dark } = brandColours

const style =
  'body{margin:0;padding:24px;font:16px/1.6 -apple-system,"PingFang SC","Microsoft YaHei","Segoe UI",sans-serif;' +
  `color:${light.text};background:${light.canvas}}main{max-width:420px;margin:10vh auto 0;padding:24px;border-radius:12px;` +
  `background:${light.surface}}.app{margin:0 0 8px;font-size:14px;color:${light.primary}}` +
  'h1{margin:0 0 12px;font-size:20px}p{margin:0}form{margin:16px 0 0}button{min-height:44px;width:100%;border:0;' +
  `border-radius:8px;font:inherit;color:${light.onPrimary};background:${light.primary}}` +
  `button:focus-visible{outline:3px solid ${light.primaryStrong};outline-offset:2px}` +
  `@media(prefers-color-scheme:dark){body{color:${dark.text};background:${dark.canvas}}main{background:${dark.surface}}` +
  `.app{color:${dark.primary}}button{color:${dark.onPrimary};background:${dark.primary}}` +
  `button:focus-visible{outline-color:${dark.primaryStrong}}}`

/** Nothing may be loaded or run; this one style, and a form that comes back here. */
export const stopPagePolicy =
  `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; ` +
  "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

export type StopStep = 'asks' | 'done' | 'unknown'

interface Words {
  readonly title: string
  readonly text: string
}

const words: Readonly<
  Record<Locale, Readonly<Record<StopStep, Words>> & { readonly app: string; readonly button: string }>
> = {
  'zh-CN': {
    app: '智能填表',
    asks: { title: '不再接收此类邮件？', text: '工作通知不受影响。之后可在智能填表的“我的”中重新开启。' },
    done: { title: '已停止发送', text: '不会再有此类邮件。如需恢复，请在智能填表的“我的”中开启。' },
    unknown: { title: '链接无效', text: '请使用邮件中的完整链接，或在智能填表的“我的”中关闭邮件。' },
    button: '停止发送',
  },
  en: {
    app: 'Forms',
    asks: {
      title: 'Get no more mails like this?',
      text: 'Work notifications are not affected. You can turn mails on again under “Me” in Forms.',
    },
    done: { title: 'Stopped', text: 'No more mails like this. Turn them on again under “Me” in Forms.' },
    unknown: {
      title: 'This link is not valid',
      text: 'Use the whole link from the mail, or turn mails off under “Me” in Forms.',
    },
    button: 'Stop these mails',
  },
}

/** The page of a stop link. Opening it changes nothing, since programs that look into mails open every link. */
export function stopPage(step: StopStep, locale: Locale): string {
  const { app, button } = words[locale]
  const { title, text } = words[locale][step]
  const form = step === 'asks' ? `<form method="post"><button type="submit">${button}</button></form>` : ''
  return (
    `<!doctype html><html lang="${locale}"><head><meta charset="utf-8">` +
    '<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark">' +
    `<title>${title}</title><style>${style}</style></head>` +
    `<body><main><p class="app">${app}</p><h1>${title}</h1><p>${text}</p>${form}</main></body></html>`
  )
}
