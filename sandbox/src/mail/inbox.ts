import { simpleParser, type AddressObject } from 'mailparser'
import { SMTPServer, type SMTPServerDataStream } from 'smtp-server'
import type { Deps } from '../deps.ts'
import * as store from './mail.store.ts'

const sizeLimitBytes = 25 * 1024 * 1024

/** Mailboxes that show what a sender has to bear: none there, one that is not ready yet, and a message not wanted. */
const answers: Readonly<Record<string, { readonly code: number; readonly text: string }>> = {
  nobody: { code: 550, text: '5.1.1 no such mailbox' },
  later: { code: 451, text: '4.7.1 try again later' },
  spam: { code: 550, text: '5.7.1 not wanted here' },
}

export interface Inbox {
  readonly port: number
  close(): Promise<void>
}

/** An SMTP server that takes everything for everyone, but for the mailboxes above, and sends nothing on. */
export function openInbox(deps: Deps, host: string, port: number): Promise<Inbox> {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    size: sizeLimitBytes,
    banner: 'Kangbao sandbox inbox',
    onRcptTo({ address }, _session, done) {
      const answer = answers[address.split('@')[0]?.toLowerCase() ?? '']
      done(answer ? Object.assign(new Error(answer.text), { responseCode: answer.code }) : null)
    },
    onData(stream, session, done) {
      const to = session.envelope.rcptTo.map((recipient) => recipient.address)
      const from = session.envelope.mailFrom === false ? '' : session.envelope.mailFrom.address
      receive(deps, stream, from, to).then(
        () => done(),
        () => done(Object.assign(new Error('could not be stored'), { responseCode: 451 })),
      )
    },
  })
  return new Promise((opened, fail) => {
    server.once('error', fail)
    server.listen(port, host, () => {
      server.off('error', fail)
      server.on('error', () => undefined) // a client that hangs up must not end the process
      const address = server.server.address()
      opened({
        port: typeof address === 'object' && address !== null ? address.port : port,
        close: () => new Promise((closed) => server.close(() => closed())),
      })
    })
  })
}

async function receive(deps: Deps, stream: SMTPServerDataStream, from: string, to: string[]): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) if (Buffer.isBuffer(chunk)) chunks.push(chunk)
  if (stream.sizeExceeded) throw new Error('too large')
  const raw = Buffer.concat(chunks)
  const mail = await simpleParser(raw)
  await store.insert(deps.database, {
    receivedAt: deps.clock.now(),
    from: addressOf(mail.from) || from,
    to,
    subject: mail.subject ?? '',
    text: mail.text ?? '',
    html: mail.html || null,
    raw,
    attachments: mail.attachments.map((file, index) => ({
      fileName: file.filename ?? `attachment-${index + 1}`,
      contentType: file.contentType,
      content: file.content,
    })),
  })
  deps.live.changed('mail')
}

const addressOf = (address: AddressObject | undefined): string => address?.text ?? ''
