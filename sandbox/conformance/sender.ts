import { createHash, createHmac, randomUUID } from 'node:crypto'
import { request as overHttp } from 'node:http'
import { request as overHttps } from 'node:https'
import { setTimeout as sleep } from 'node:timers/promises'
import { sm2 } from 'sm-crypto-v2'
import {
  governmentHeaders,
  governmentReceiptTextToSign,
  governmentTextToSign,
  type SignatureSuite,
} from '@kangbao/shared/contracts/government.ts'

/** The keys of one sender, as agreed with the receiver. */
export type SenderKey = { readonly id: string } & (
  { readonly secret: string } | { readonly privateKey: string; readonly receiverKey: string }
)

/** One call, ready to leave. */
export interface Call {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** What is asked for, behind the base address, by a call that brings nothing. */
  readonly target?: string
}

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
}

/** How the body travels. */
export interface Line {
  /** In so many parts, with this long before each. */
  readonly parts?: number
  readonly pauseMs?: number
  /** The connection is cut: before the last part of the body, or when all has left and before an answer is read. */
  readonly cut?: 'in-body' | 'before-answer'
}

/** The sender waits no longer than this for a whole answer. */
const patienceMs = 10_000

/** A sender of reports with faults at will; it speaks the protocol of docs/government-api.md and nothing else. */
export class Sender {
  readonly #base: string
  readonly #key: SenderKey

  /** @param base where `/v1/reports` stands. */
  constructor(base: string, key: SenderKey) {
    this.#base = base.replace(/\/+$/, '')
    this.#key = key
  }

  get suite(): SignatureSuite {
    return 'secret' in this.#key ? 'hmac-sha256' : 'sm2-sm3'
  }

  /** A rightly signed call; what is given over it is signed as well, so that only it is wrong. */
  signed(
    body: string,
    {
      idempotencyKey = randomUUID(),
      timestamp = new Date(),
    }: { idempotencyKey?: string; timestamp?: Date } = {},
  ): Call {
    const at = timestamp.toISOString()
    const text = governmentTextToSign({
      keyId: this.#key.id,
      timestamp: at,
      idempotencyKey,
      bodyHash: this.hash(body),
    })
    return {
      body,
      headers: {
        'content-type': 'application/json',
        [governmentHeaders.idempotencyKey]: idempotencyKey,
        [governmentHeaders.keyId]: this.#key.id,
        [governmentHeaders.timestamp]: at,
        [governmentHeaders.suite]: this.suite,
        [governmentHeaders.signature]: this.#sign(text),
      },
    }
  }

  /** A rightly signed call for what stands behind the base address. */
  asking(target: string): Call {
    const { headers } = this.signed(target)
    return { headers, body: '', target }
  }

  /** Whether the receiver signed the answer to this call. */
  isSealed(call: Call, { headers, text }: Answer): boolean {
    const signature = headers[governmentHeaders.receiptSignature]
    if (typeof signature !== 'string') return false
    const idempotencyKey = call.headers[governmentHeaders.idempotencyKey] ?? ''
    const parts = { keyId: this.#key.id, idempotencyKey, bodyHash: this.hash(text) }
    const signed = governmentReceiptTextToSign(parts)
    if ('secret' in this.#key) return signature === this.#sign(signed)
    try {
      return sm2.doVerifySignature(signed, signature, this.#key.receiverKey.toLowerCase(), { hash: true })
    } catch {
      return false
    }
  }

  /**
   * Sends a call as it stands.
   * @throws Error when no whole answer came in ten seconds, and for a line that was to be cut.
   */
  async send({ headers, body, target }: Call, { parts = 1, pauseMs = 0, cut }: Line = {}): Promise<Answer> {
    const bytes = Buffer.from(body)
    const url = new URL(`${this.#base}${target ?? '/v1/reports'}`)
    const open = url.protocol === 'https:' ? overHttps : overHttp
    const outgoing = open(url, {
      method: target === undefined ? 'POST' : 'GET',
      headers: { ...headers, 'content-length': bytes.length },
      agent: false,
      signal: AbortSignal.timeout(patienceMs + parts * pauseMs),
    })
    const answered = new Promise<Answer>((resolve, reject) => {
      outgoing.once('error', reject)
      outgoing.once('response', (response) => {
        const read: Buffer[] = []
        response.on('data', (part: Buffer) => read.push(part))
        response.once('error', reject)
        response.once('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text: Buffer.concat(read).toString(),
          }),
        )
      })
    })
    // Whoever hangs up hears of it here only.
    answered.catch(() => undefined)
    const step = Math.ceil(bytes.length / parts)
    for (let part = 0; part < parts; part += 1) {
      if (pauseMs > 0) await sleep(pauseMs)
      if (cut === 'in-body' && part === parts - 1) return hangUp(outgoing)
      // A receiver may answer before it has read everything.
      if (!outgoing.destroyed) outgoing.write(bytes.subarray(part * step, (part + 1) * step))
    }
    if (cut === 'before-answer') {
      await new Promise<void>((left) => outgoing.end(left))
      return hangUp(outgoing)
    }
    outgoing.end()
    return answered
  }

  /** Lower-case hex, by the suite of the key. */
  hash(text: string): string {
    return createHash(this.suite === 'sm2-sm3' ? 'sm3' : 'sha256')
      .update(text)
      .digest('hex')
  }

  #sign(text: string): string {
    if ('secret' in this.#key) return createHmac('sha256', this.#key.secret).update(text).digest('hex')
    return sm2.doSignature(text, this.#key.privateKey, { hash: true })
  }
}

function hangUp(outgoing: { destroy(): unknown }): Promise<never> {
  outgoing.destroy()
  return Promise.reject(new Error('the connection was cut, as it was to be'))
}
