import { createTransport } from 'nodemailer'
import type { Config } from '../../config.ts'
import type { Mail } from '../../ports/mail.ts'
import { mayLieInside } from '../outgoing/addresses.ts'
import { judgedAddress, privateHostsOf, tlsOptions } from '../outgoing/outgoing.ts'

const timeoutMs = 15_000

/**
 * Mail over SMTP; without a mail server, sending fails and says so. Outside the installation it goes over TLS or not at
 * all (S-100), to the address its name led to when it was judged (S-86).
 */
export function smtpMail(config: Pick<Config, 'SMTP_URL' | 'PUBLIC_URL' | 'OUTGOING_PRIVATE_HOSTS'>): Mail {
  const { SMTP_URL: given } = config
  if (!given) {
    return {
      send: () => Promise.reject(new Error('no mail server is configured (SMTP_URL)')),
    }
  }
  const url = new URL(given)
  const privateHosts = privateHostsOf(config)
  const secure = url.protocol === 'smtps:'
  const from = `康报 <no-reply@${new URL(config.PUBLIC_URL).hostname}>`
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
      socketTimeout: timeoutMs,
      // Nothing is read from a file or an address because a message says so.
      disableFileAccess: true,
      disableUrlAccess: true,
    })
  return {
    async send({ to, subject, text }) {
      const host = await judgedAddress(url.hostname, privateHosts)
      await transportTo(host).sendMail({ from, to, subject, text })
    },
  }
}
