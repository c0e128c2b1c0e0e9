import type { FastifyReply, FastifyRequest } from 'fastify'
import { html, type Html } from '../pages/html.ts'
import { sendPage, viewOf, type View } from '../pages/layout.ts'
import type { Phone, Sms } from './sms.store.ts'

interface Content {
  readonly phones: readonly Phone[]
  readonly messages: readonly Sms[]
  readonly chosen?: string
}

export function smsPage(request: FastifyRequest, reply: FastifyReply, content: Content): FastifyReply {
  const view = viewOf(request, reply)
  const body =
    content.phones.length === 0
      ? html`<section class="card empty"><p>${view.t('sms.empty')}</p></section>`
      : html`<div class="two">${phoneList(view, content)} ${messageList(view, content.messages)}</div>`
  return sendPage(reply, view, {
    title: 'sms.title',
    lead: 'sms.lead',
    path: '/sms',
    live: '/sms/live',
    body,
  })
}

/** 138 0001 2345: how a number is read aloud. */
const spaced = (phone: string): string => phone.replace(/^(\d{3})(\d{4})(\d{4})$/, '$1 $2 $3')

function phoneList({ t, time }: View, { phones, chosen }: Content): Html {
  return html`<aside class="card flush phones" aria-label="${t('sms.phones')}">
    <a href="/sms" ${!chosen && html`aria-current="true"`}><b>${t('sms.all')}</b></a>
    ${phones.map(
      (phone) =>
        html`<a
          href="/sms?to=${encodeURIComponent(phone.to)}"
          ${chosen === phone.to && html`aria-current="true"`}
        >
          <b>${spaced(phone.to)}</b><small>${time(phone.newestAt)}</small
          ><span class="badge">${phone.count}</span>
        </a>`,
    )}
  </aside>`
}

function messageList({ t, time }: View, messages: readonly Sms[]): Html {
  return html`<section class="messages">
    ${messages.map((sms) => {
      const code = sms.params['code']
      return html`<article class="card sms" data-to="${sms.to}">
        <p class="sms-head"><b>${spaced(sms.to)}</b><time>${time(sms.receivedAt)}</time></p>
        ${
          code &&
          html`<p class="code">
            <output data-code>${code}</output>
            <button type="button" data-copy="${code}" data-copied="${t('sms.copied')}">
              ${t('sms.copy')}
            </button>
          </p>`
        }
        <p class="bubble"><span>【${sms.signName}】</span>${sms.text}</p>
      </article>`
    })}
  </section>`
}
