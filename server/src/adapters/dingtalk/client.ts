import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Config, Suite } from '../../config.ts'
import type { Clock } from '../../ports/clock.ts'
import type { TicketStore } from '../../ports/ticket-store.ts'
import { WorkplaceBusy, WorkplaceRefused, type AppInOrg } from '../../ports/workplace.ts'
import { classify, type Verdict } from './answers.ts'
import { expiringCache } from './expiring.ts'
import { exchange, NoAnswer } from './http.ts'
import { evenPacer, PaceFull, type Pacer } from '../pacer.ts'
import { outgoing, privateHostsOf } from '../outgoing/outgoing.ts'
import { signedQuery } from './signature.ts'

export type Body = Readonly<Record<string, unknown>>

export interface PlatformCall {
  readonly api?: 'oapi' | 'openapi'
  readonly path: string
  readonly method?: 'GET' | 'POST'
  readonly body?: Body
  /** A call that acts once each time (a message): not repeated when its answer was lost. */
  readonly isOnce?: boolean
}

/** Calls to the open platform: paced, authorised, repeated when that can help. */
export interface PlatformClient {
  /** With the corp token of the org. @throws WorkplaceBusy, WorkplaceRefused */
  call(target: AppInOrg, call: PlatformCall): Promise<Body>
  /** Signed with the suite's secret and ticket instead of a token. */
  signed(app: string, call: PlatformCall, query?: Readonly<Record<string, string>>): Promise<Body>
  /** With the query given and nothing else. */
  plain(app: string, call: PlatformCall, query: Readonly<Record<string, string>>): Promise<Body>
  suiteToken(app: string): Promise<string>
  /** Ticket for `dd.config`, cached. */
  pageTicket(target: AppInOrg): Promise<string>
}

export interface ClientParts {
  readonly config: Pick<
    Config,
    | 'WORKPLACE_OAPI_URL'
    | 'WORKPLACE_API_URL'
    | 'WORKPLACE_CALLS_PER_SECOND'
    | 'WORKPLACE_SUITE_CALLS_PER_SECOND'
    | 'OUTGOING_PRIVATE_HOSTS'
  >
  readonly suites: readonly Suite[]
  readonly clock: Clock
  readonly tickets: TicketStore
  /** Milliseconds one exchange may take, and the first pause of a back-off; tests shorten them. */
  readonly timeoutMs?: number
  readonly backOffMs?: number
}

/** Tokens are fetched anew this long before they end. */
const earlyMs = 5 * 60_000
const longestQueueMs = 20_000
const tries = 4
/** After "too fast" the platform asks for one second of quiet. */
const quietMs = 1_000
const notAuthorised = new Set(
  '40013 40077 40079 40084 40087 40091 41030 41031 50005 70001 70003 70004 orgNotExist orgNotAuthApp invalidCorpId invalidAuthInfo'.split(
    ' ',
  ),
)
const badTicket = new Set(['40085', 'invalidSuiteTicket', '41023'])

interface Attempt extends PlatformCall {
  readonly paceAs: readonly string[]
  readonly query: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
}

export function platformClient(parts: ClientParts): PlatformClient {
  const { clock, tickets, config } = parts
  const pacer = evenPacer(longestQueueMs)
  const tokens = expiringCache(clock, earlyMs)
  const send = sender(parts, pacer)

  function suiteOf(app: string): Suite {
    const suite = parts.suites.find((each) => each.app === app)
    if (!suite) throw new Error(`no suite is configured for ${app}`)
    return suite
  }

  async function ticketOf(app: string): Promise<string> {
    const ticket = await tickets.read(app)
    if (ticket === null) throw new WorkplaceBusy('the platform has not pushed a suite ticket yet')
    return ticket
  }

  /** A ticket replaced since we read it is read again, once. */
  async function withTicket<T>(app: string, work: (ticket: string) => Promise<T>): Promise<T> {
    try {
      return await work(await ticketOf(app))
    } catch (error) {
      if (!(error instanceof WorkplaceRefused) || !badTicket.has(error.code)) throw error
      tickets.forget(app)
      return work(await ticketOf(app)).catch((again: unknown) => {
        if (again instanceof WorkplaceRefused && badTicket.has(again.code))
          throw new WorkplaceBusy('the suite ticket is not accepted; a new one is awaited', { cause: again })
        throw again
      })
    }
  }

  async function signed(
    app: string,
    call: PlatformCall,
    query: Readonly<Record<string, string>> = {},
  ): Promise<Body> {
    return withTicket(app, (ticket) =>
      send({
        ...call,
        paceAs: [app],
        query: { ...query, ...signedQuery(suiteOf(app), ticket, clock.now()) },
      }),
    )
  }

  function corpToken({ app, corpId }: AppInOrg): Promise<string> {
    return tokens.get(`corp ${app} ${corpId}`, async () => {
      const body = await signed(app, { path: 'service/get_corp_token', body: { auth_corpid: corpId } })
      return expiring(body, 'access_token')
    })
  }

  /** With a token; one that is refused is dropped, fetched anew and tried once more. */
  async function authorised(target: AppInOrg, call: PlatformCall): Promise<Body> {
    const paceAs = [target.app, `${target.app} ${target.corpId}`]
    const key = `corp ${target.app} ${target.corpId}`
    for (let isSecond = false; ; isSecond = true) {
      const token = await corpToken(target)
      const isOld = (call.api ?? 'oapi') === 'oapi'
      try {
        return await send({
          ...call,
          paceAs,
          query: isOld ? { access_token: token } : {},
          ...(isOld ? {} : { headers: { 'x-acs-dingtalk-access-token': token } }),
        })
      } catch (error) {
        if (!(error instanceof BadToken) || isSecond) throw error
        tokens.drop(key, token)
      }
    }
  }

  return {
    call: (target, call) => asPlatformError(authorised(target, call)),
    signed: (app, call, query) => asPlatformError(signed(app, call, query)),
    plain: (app, call, query) => asPlatformError(send({ ...call, paceAs: [app], query })),
    suiteToken: (app) =>
      asPlatformError(
        tokens.get(`suite ${app}`, async () => {
          const { suiteKey, suiteSecret } = suiteOf(app)
          const body = await withTicket(app, (ticket) =>
            send({
              path: 'service/get_suite_token',
              body: { suite_key: suiteKey, suite_secret: suiteSecret, suite_ticket: ticket },
              paceAs: [app],
              query: {},
            }),
          )
          return expiring(body, 'suite_access_token')
        }),
      ),
    pageTicket: (target) =>
      tokens.get(`page ${target.app} ${target.corpId}`, async () => {
        const path = 'v1.0/oauth2/jsapiTickets'
        const body = await asPlatformError(authorised(target, { api: 'openapi', path, body: {} }))
        return expiring(body, 'jsapiTicket')
      }),
  }

  function sender({ timeoutMs = 10_000, backOffMs = 300 }: ClientParts, pace: Pacer) {
    const bases = { oapi: config.WORKPLACE_OAPI_URL, openapi: config.WORKPLACE_API_URL }
    const dispatcher = outgoing(Object.values(bases), {
      connections: 64,
      timeoutMs,
      privateHosts: privateHostsOf(config),
    })

    async function once(attempt: Attempt): Promise<Verdict> {
      // The first key is the suite over all orgs, the second the suite in one org.
      const [suite = '', org] = attempt.paceAs
      const suiteKey = { key: suite, perSecond: config.WORKPLACE_SUITE_CALLS_PER_SECOND }
      const keys = org ? [suiteKey, { key: org, perSecond: config.WORKPLACE_CALLS_PER_SECOND }] : [suiteKey]
      await pace.turn(keys)
      const { status, text } = await exchange({
        method: attempt.method ?? 'POST',
        url: `${bases[attempt.api ?? 'oapi'].replace(/\/$/, '')}/${attempt.path}`,
        query: attempt.query,
        headers: attempt.headers ?? {},
        timeoutMs,
        dispatcher,
        ...(attempt.body === undefined ? {} : { body: attempt.body }),
      })
      const verdict = classify(status, text)
      if (verdict.kind === 'busy' && verdict.isLimit) pace.holdBack(org ?? suite, quietMs)
      return verdict
    }

    return async (attempt: Attempt): Promise<Body> => {
      for (let failures = 1; ; failures += 1) {
        const verdict = await once(attempt).catch((error: unknown) => passing(error, attempt))
        if (verdict.kind === 'ok') return verdict.body
        if (verdict.kind === 'bad-token') throw new BadToken(verdict.code)
        if (verdict.kind === 'refused')
          throw new WorkplaceRefused(
            verdict.code,
            `${attempt.path}: ${verdict.message}`,
            {},
            notAuthorised.has(verdict.code),
          )
        // A call that must not be made twice may have arrived, whatever a failing server says.
        const isFinal = failures === tries || (attempt.isOnce && verdict.code.startsWith('http-5'))
        if (isFinal) throw new WorkplaceBusy(`${attempt.path}: ${verdict.code}`)
        // Full jitter over a doubling pause: those who were turned away do not come back together.
        await sleep(backOffMs * 2 ** (failures - 1) * (0.5 + randomInt(1_000) / 2_000))
      }
    }
  }
}

/** A lost exchange reads as "busy", unless the call must not be made twice and may have arrived. */
function passing(error: unknown, attempt: Attempt): Verdict {
  if (error instanceof PaceFull) throw new WorkplaceBusy(error.message, { cause: error })
  if (!(error instanceof NoAnswer)) throw error
  if (attempt.isOnce && !error.isUnsent)
    throw new WorkplaceBusy(`${attempt.path}: ${error.message}`, { cause: error })
  return { kind: 'busy', code: 'network', isLimit: false }
}

class BadToken extends Error {
  constructor(readonly code: string) {
    super(`token refused: ${code}`)
  }
}

/** A fresh token refused as well: the platform is out of step with itself for now. */
function asPlatformError<T>(work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    if (error instanceof BadToken) throw new WorkplaceBusy(error.message, { cause: error })
    throw error
  })
}

function expiring(body: Body, name: string): { value: string; lifeMs: number } {
  const value = body[name]
  if (typeof value !== 'string' || value === '') throw new WorkplaceBusy(`the platform sent no ${name}`)
  const seconds = Number(body['expires_in'] ?? body['expireIn'] ?? 7200)
  return { value, lifeMs: (Number.isFinite(seconds) && seconds > 0 ? seconds : 7200) * 1000 }
}
