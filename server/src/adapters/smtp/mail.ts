import { createTransport } from 'nodemailer'
import type { Config } from '../../config.ts'
import type { Mail, MailMessage } from '../../ports/mail.ts'
import { mayLieInside } from '../outgoing/addresses.ts'
import { judgedAddress, privateHostsOf, tlsOptions } from '../outgoing/outgoing.ts'
import { evenPacer } from '../pacer.ts'
import { refusalOf, unsent } from './refusal.ts'

const timeoutMs = 15_000
/** Whose turn is further off is tried again later by whoever owes the mail. */
const longestWaitMs = 30_000

type MailConfig = Pick<
  Config,
  'SMTP_URL' | 'SMTP_FROM' | 'SMTP_MAILS_PER_SECOND' | 'PUBLIC_URL' | 'OUTGOING_PRIVATE_HOSTS'
>

/**
 * Mail over SMTP; without a mail server, sending fails and says so. Outside the installation it goes over TLS or not at
 * all (S-100), to the address its name led to when it was judged (S-86).
 */
export function smtpMail(config: MailConfig): Mail {
  const { SMTP_URL: given } = config
  if (!given) {
    return {
      isConfigured: false,
      send: () => Promise.reject(new Error('no mail server is configured (SMTP_URL)')),
    }
  }
  const url = new URL(given)
  const privateHosts = privateHostsOf(config)
  const secure = url.protocol === 'smtps:'
  const domain = new URL(config.PUBLIC_URL).hostname
  const from = config.SMTP_FROM ?? `康报 <no-reply@${domain}>`
  const pacer = evenPacer(longestWaitMs)
  const transportTo = (host: string) =>
    createTransport({
      host,
      port: Number(url.port) || (secure ? 465 : 587),
      secure,
      requireTLS: !mayLieInside(url.hostname, privateHosts),
      ...(url.username
        ? { auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) } }
        : {}),
      tls: { ...tlsOptions, servername: url.hostname },
      connectionTimeout: timeoutMs,
      greetingTimeout: timeoutMs,
      socketTimeout: timeoutMs,
      // Nothing is read from a file or an address because a message says so.
      disableFileAccess: true,
      disableUrlAccess: true,
    })
  return {
    isConfigured: true,
    async send(message) {
      await pacer.turn([{ key: 'smtp', perSecond: config.SMTP_MAILS_PER_SECOND }])
      const host = await judgedAddress(url.hostname, privateHosts)
      try {
        await transportTo(host).sendMail(letterOf(message, from, domain))
      } catch (error) {
        throw refusalOf(error) ?? unsent(error)
      }
    },
  }
}

function letterOf({ to, subject, text, html, id, stopUrl }: MailMessage, from: string, domain: string) {
  return {
    ...{ from, to, subject, text },
    ...(html === undefined ? {} : { html }),
    ...(id === undefined ? {} : { messageId: `<${id}@${domain}>` }),
    headers: {
      // Nobody's absence note answers it (RFC 3834).
      'Auto-Submitted': 'auto-generated',
      ...(stopUrl === undefined
        ? {}
        : { 'List-Unsubscribe': `<${stopUrl}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' }),
    },
  }
}
