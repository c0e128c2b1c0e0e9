import type { FastifyReply, FastifyRequest } from 'fastify'
import { html } from '../pages/html.ts'
import { sendPage, viewOf } from '../pages/layout.ts'
import type { Mail, MailHead } from './mail.store.ts'

export function mailPage(
  request: FastifyRequest,
  reply: FastifyReply,
  mails: readonly MailHead[],
): FastifyReply {
  const view = viewOf(request, reply)
  const { t, time } = view
  const body =
    mails.length === 0
      ? html`<section class="card empty"><p>${t('mail.empty')}</p></section>`
      : html`<div class="card flush mails">
          ${mails.map(
            (mail) =>
              html`<a href="/mail/${mail.id}">
                <span
                  ><b>${mail.subject || t('mail.noSubject')}</b
                  ><small>${mail.from} → ${mail.to.join('、')}</small></span
                >
                ${mail.attachmentCount > 0 && html`<span class="badge">${t('mail.hasAttachments', { n: mail.attachmentCount })}</span>`}
                <time>${time(mail.receivedAt)}</time>
              </a>`,
          )}
        </div>`
  return sendPage(reply, view, {
    title: 'mail.title',
    lead: 'mail.lead',
    path: '/mail',
    live: '/mail/live',
    body,
  })
}

const sizeText = (bytes: number): string => (bytes < 1_024 ? `${bytes} B` : `${Math.ceil(bytes / 1_024)} KB`)

export function onePage(request: FastifyRequest, reply: FastifyReply, mail: Mail): FastifyReply {
  const view = viewOf(request, reply)
  const { t, time } = view
  const body = html`<p><a href="/mail">← ${t('mail.back')}</a></p>
    <article class="card mail">
      <h1>${mail.subject || t('mail.noSubject')}</h1>
      <dl class="facts">
        <dt>${t('mail.from')}</dt>
        <dd>${mail.from}</dd>
        <dt>${t('mail.to')}</dt>
        <dd>${mail.to.join('、')}</dd>
        <dt>${t('col.received')}</dt>
        <dd>${time(mail.receivedAt)}</dd>
      </dl>
      ${
        mail.attachments.length > 0 &&
        html`<ul class="files" aria-label="${t('mail.attachments')}">
          ${mail.attachments.map(
            (file) =>
              html`<li>
                <a href="/mail/messages/${mail.id}/attachments/${file.position}">${file.fileName}</a>
                <small>${sizeText(file.sizeBytes)}</small>
              </li>`,
          )}
        </ul>`
      }
      ${
        mail.html === null
          ? html`<pre>${mail.text}</pre>`
          : html`<iframe sandbox="" title="${mail.subject}" srcdoc="${mail.html}"></iframe>`
      }
    </article>`
  return sendPage(reply, view, { title: 'mail.title', path: '/mail', body })
}
