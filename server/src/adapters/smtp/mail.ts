import { createTransport } from 'nodemailer'
import type { Config } from '../../config.ts'
import type { Mail } from '../../ports/mail.ts'

const timeoutMs = 15_000

/** Mail over SMTP; without a mail server, sending fails and says so. */
export function smtpMail(config: Pick<Config, 'SMTP_URL' | 'PUBLIC_URL'>): Mail {
  const { SMTP_URL: url } = config
  if (!url) {
    return {
      send: () => Promise.reject(new Error('no mail server is configured (SMTP_URL)')),
    }
  }
  const transport = createTransport({
    url,
    connectionTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    // Nothing is read from a file or an address because a message says so.
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  const from = `康报 <no-reply@${new URL(config.PUBLIC_URL).hostname}>`
  return {
    async send({ to, subject, text }) {
      await transport.sendMail({ from, to, subject, text })
    },
  }
}
