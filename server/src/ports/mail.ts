export interface MailMessage {
  readonly to: string
  readonly subject: string
  readonly text: string
  /** The same as a page; without it the text goes alone. */
  readonly html?: string
  /** Names the message: sent again because an answer was lost, it bears the same name. */
  readonly id?: string
  /** Where one click ends mails of this kind (RFC 8058). */
  readonly stopUrl?: string
}

/** The mail server said no for good: trying again is of no use. */
export class MailRefused extends Error {
  override readonly name = 'MailRefused'

  constructor(
    /** SMTP's answer, 500 to 599. */
    readonly status: number,
    /** There is no such mailbox; otherwise it is the message or the sender that was not wanted. */
    readonly isNoMailbox: boolean,
  ) {
    super(`the mail server answered ${status}`)
  }
}

/** Sends mail. Neither an address nor a text is ever in what it throws. */
export interface Mail {
  /** Without a mail server sending fails, and nobody is offered what cannot be sent. */
  readonly isConfigured: boolean
  /**
   * Resolves when the mail server has taken the message.
   * @throws MailRefused for good; any other error when the server is away or says "later".
   */
  send(message: MailMessage): Promise<void>
}
