import type { FastifyInstance } from 'fastify'
import { html } from './html.ts'
import { sendPage, viewOf } from './layout.ts'

const cards = [
  { path: '/government', title: 'nav.government', note: 'home.government', mark: '政' },
  { path: '/sms', title: 'nav.sms', note: 'home.sms', mark: '信' },
  { path: '/mail', title: 'nav.mail', note: 'home.mail', mark: '邮' },
  { path: '/webhooks', title: 'nav.webhooks', note: 'home.webhooks', mark: '钩' },
] as const

export async function homePage(app: FastifyInstance): Promise<void> {
  app.get('/', async (request, reply) => {
    const view = viewOf(request, reply)
    const body = html`<div class="cards">
      ${cards.map(
        (card) =>
          html`<a class="card door" href="${card.path}">
            <span class="mark" aria-hidden="true">${card.mark}</span>
            <span><b>${view.t(card.title)}</b><small>${view.t(card.note)}</small></span>
          </a>`,
      )}
    </div>`
    return sendPage(reply, view, { title: 'brand', lead: 'brandNote', path: '/', body })
  })
}
