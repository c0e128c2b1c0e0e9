import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { MailRefused } from '../../ports/mail.ts'

/** What the library tells of an answer: its number, the command it was given to, and its words. */
const Answer = Type.Object({
  responseCode: Type.Integer(),
  command: Type.Optional(Type.String()),
  response: Type.Optional(Type.String()),
})

/** Bad destination mailbox, as enhanced codes say it (RFC 3463: X.1.1 to X.1.3, X.1.6, X.1.10, and X.2.1 for one disabled). */
const noMailbox = /^5\d\d[ -]5\.(1\.(1|2|3|6|10)|2\.1)\b/
const enhanced = /^5\d\d[ -]5\.\d+\.\d+/
/** The same as plain numbers (RFC 5321, section 4.2.2), for servers that say no more. */
const plainNoMailbox = [550, 551, 553]

/**
 * What was refused for good, and whether it is the mailbox that is not there; null when it is worth another try: no
 * answer, an answer that says "later", or a password that is wrong, which is nobody's address.
 */
export function refusalOf(error: unknown): MailRefused | null {
  if (!Value.Check(Answer, error)) return null
  const { responseCode: status, command, response = '' } = error
  const isAboutMessage = command === 'RCPT TO' || command === 'DATA'
  if (status < 500 || status > 599 || !isAboutMessage) return null
  const isNoMailbox = enhanced.test(response)
    ? noMailbox.test(response)
    : command === 'RCPT TO' && plainNoMailbox.includes(status)
  return new MailRefused(status, isNoMailbox)
}

const Failure = Type.Object({
  code: Type.Optional(Type.String()),
  responseCode: Type.Optional(Type.Integer()),
})

/** An error that says what went wrong and to nobody's address: the library's own words name it. */
export function unsent(error: unknown): Error {
  const { code, responseCode } = Value.Check(Failure, error) ? error : {}
  const what = [code, responseCode].filter((part) => part !== undefined).join(' ')
  return new Error(`the mail server could not be handed a message (${what || 'no answer'})`)
}
