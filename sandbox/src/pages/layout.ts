import type { FastifyReply, FastifyRequest } from 'fastify'
import { html, type Html } from './html.ts'
import { translator, type Locale, type TextKey, type Translate } from './text.ts'

export interface View {
  readonly locale: Locale
  readonly t: Translate
  /** A moment as the people it is shown to read it: Beijing wall time. */
  readonly time: (at: Date) => string
}

const languageCookie = 'sandbox_lang'

/** zh-CN unless English was asked for by the switch, now or earlier. */
export function viewOf(request: FastifyRequest, reply: FastifyReply): View {
  const asked = /[?&]lang=(en|zh-CN)\b/.exec(request.url)?.[1]
  if (asked) reply.header('set-cookie', `${languageCookie}=${asked}; Path=/; SameSite=Lax; Max-Age=31536000`)
  const kept = new RegExp(`${languageCookie}=(en|zh-CN)`).exec(request.headers.cookie ?? '')?.[1]
  const locale: Locale = (asked ?? kept) === 'en' ? 'en' : 'zh-CN'
  const format = new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : 'zh-CN', {
    timeZone: 'Asia/Shanghai',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  })
  return { locale, t: translator(locale), time: (at) => format.format(at) }
}

interface Page {
  readonly title: TextKey
  readonly lead?: TextKey
  /** Path of the event stream; the page fetches itself again on each event. */
  readonly live?: string
  readonly path: string
  readonly body: Html
}

const tabs = [
  { path: '/government', text: 'nav.government' },
  { path: '/sms', text: 'nav.sms' },
  { path: '/mail', text: 'nav.mail' },
  { path: '/webhooks', text: 'nav.webhooks' },
] as const satisfies readonly { path: string; text: TextKey }[]

export function sendPage(reply: FastifyReply, view: View, page: Page): FastifyReply {
  return reply.type('text/html; charset=utf-8').send(layout(view, page).text)
}

function layout({ locale, t }: View, page: Page): Html {
  const otherLanguage = locale === 'en' ? 'zh-CN' : 'en'
  const heading =
    page.lead &&
    html`<div class="heading">
      <div>
        <h1>${t(page.title)}</h1>
        <p class="lead">${t(page.lead)}</p>
      </div>
      ${page.live && html`<span class="live" data-offline="${t('offline')}"><i></i><span>${t('live')}</span></span>`}
    </div>`
  return html`<!doctype html>
    <html lang="${locale}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${t(page.title)} · ${t('brand')}</title>
        <link rel="icon" href="/assets/icon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/assets/style.css" />
        <script type="module" src="/assets/live.js"></script>
      </head>
      <body>
        <header class="bar">
          <a class="brand" href="/"
            ><img src="/assets/icon.svg" alt="" width="28" height="28" /><b>${t('brand')}</b></a
          >
          <nav aria-label="${t('nav.label')}">
            ${tabs.map(
              (tab) =>
                html`<a href="${tab.path}" ${page.path.startsWith(tab.path) && html`aria-current="page"`}
                  >${t(tab.text)}</a
                >`,
            )}
          </nav>
          <a class="language" href="?lang=${otherLanguage}" lang="${otherLanguage}">${t('other.language')}</a>
        </header>
        <main ${page.live && html`data-live="${page.live}"`}>${heading}${page.body}</main>
        <footer>${t('brandNote')}</footer>
      </body>
    </html>`
}
