import type { FastifyReply, FastifyRequest } from 'fastify'
import { html, type Html } from '../pages/html.ts'
import { sendPage, viewOf, type View } from '../pages/layout.ts'
import type { Message, Receiver } from './webhooks.store.ts'

interface Content {
  readonly receivers: readonly Receiver[]
  readonly messages: readonly Message[]
}

export function webhooksPage(
  request: FastifyRequest,
  reply: FastifyReply,
  { receivers, messages }: Content,
): FastifyReply {
  const view = viewOf(request, reply)
  // One to begin with, so that there is something to set.
  const shown = receivers.length > 0 ? receivers : [{ name: 'demo', secret: '', answer: 204 }]
  const body = html`<section class="receivers">
      ${shown.map((receiver) => receiverCard(view, receiver, `${request.protocol}://${request.host}`))}
    </section>
    ${
      messages.length === 0
        ? html`<section class="card empty"><p>${view.t('hooks.empty')}</p></section>`
        : messageTable(view, messages)
    }`
  return sendPage(reply, view, {
    title: 'hooks.title',
    lead: 'hooks.lead',
    path: '/webhooks',
    live: '/webhooks/live',
    body,
  })
}

const answers = [204, 500, 410] as const

function receiverCard({ t }: View, { name, secret, answer }: Receiver, origin: string): Html {
  return html`<form class="card receiver" method="post" action="/webhooks/${name}/settings">
    <p><b>${origin}/webhooks/${name}</b></p>
    <label
      >${t('hooks.secret')} <input name="secret" value="${secret}" autocomplete="off" placeholder="whsec_…"
    /></label>
    <label
      >${t('hooks.answer')}
      <select name="answer">
        ${answers.map(
          (each) =>
            html`<option value="${String(each)}" ${each === answer && html`selected`}>
              ${t(`hooks.answer-${each}`)}
            </option>`,
        )}
      </select></label
    >
    <button type="submit">${t('hooks.save')}</button>
  </form>`
}

/** What an event says of itself, however it came. */
function factsOf(body: unknown): { type: string; sequence: string } {
  const facts: Record<string, unknown> = typeof body === 'object' && body !== null ? { ...body } : {}
  const { type, sequence } = facts
  return {
    type: typeof type === 'string' ? type : '—',
    sequence: typeof sequence === 'number' ? String(sequence) : '—',
  }
}

function messageTable({ t, time }: View, messages: readonly Message[]): Html {
  return html`<div class="card flush">
    <table>
      <thead>
        <tr>
          <th scope="col">${t('col.received')}</th>
          <th scope="col">${t('hooks.receiver')}</th>
          <th scope="col">${t('hooks.event')}</th>
          <th scope="col">${t('col.sequence')}</th>
          <th scope="col">${t('hooks.signature')}</th>
          <th scope="col">${t('col.status')}</th>
        </tr>
      </thead>
      <tbody>
        ${messages.map((message) => {
          const { type, sequence } = factsOf(message.body)
          const tone =
            message.signature === 'good' ? 'good' : message.signature === 'unchecked' ? 'note' : 'bad'
          return html`<tr data-receiver="${message.receiver}">
            <td class="number">${time(message.receivedAt)}</td>
            <td>${message.receiver}</td>
            <td>${type}</td>
            <td class="number">${sequence}</td>
            <td class="${tone}">${t(`hooks.signature-${message.signature}`)}</td>
            <td class="number">${String(message.answer)}</td>
          </tr>`
        })}
      </tbody>
    </table>
  </div>`
}
