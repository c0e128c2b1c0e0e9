import { isIP, type LookupFunction } from 'node:net'
import type { DeliveryReason } from '@kangbao/shared/contracts/webhooks.ts'
import type { Config } from '../../config.ts'
import type { Clock } from '../../ports/clock.ts'
import { WebhookUnanswered, type Webhooks } from '../../ports/webhooks.ts'
import { retryAfterMs } from '../http-government/government.ts'
import { mayLieInside, placeOf } from '../outgoing/addresses.ts'
import { ForbiddenDestination, outgoingToAnybody, privateHostsOf } from '../outgoing/outgoing.ts'

const timeoutMs = 10_000
/** To one receiver: each endpoint is called one at a time. */
const connections = 4

interface Options {
  readonly timeoutMs?: number
  /** For tests. */
  readonly lookup?: LookupFunction
  readonly ca?: string
}

/** Webhooks over HTTPS to public addresses; the operator may name hosts of a network of one's own. */
export function httpWebhooks(
  config: Pick<Config, 'WEBHOOKS_INSIDE' | 'OUTGOING_PRIVATE_HOSTS'>,
  clock: Clock,
  options: Options = {},
): Webhooks {
  const withinMs = options.timeoutMs ?? timeoutMs
  const hosts = privateHostsOf(config)
  const mayLead = (host: string) =>
    config.WEBHOOKS_INSIDE ? mayLieInside(host, hosts) : hosts.includes(host.toLowerCase())
  const dispatcher = outgoingToAnybody(mayLead, {
    connections,
    timeoutMs: withinMs,
    ...(options.lookup ? { lookup: options.lookup } : {}),
    ...(options.ca === undefined ? {} : { ca: options.ca }),
  })

  function mayCall(text: string): boolean {
    if (!URL.canParse(text)) return false
    const { protocol, username, password, hostname } = new URL(text)
    if (username || password || (protocol !== 'https:' && !(config.WEBHOOKS_INSIDE && protocol === 'http:')))
      return false
    if (mayLead(hostname)) return true
    const bare = hostname.replace(/^\[|\]$/g, '')
    return isIP(bare) ? placeOf(bare) === 'outside' : bare.includes('.')
  }

  return {
    mayCall,
    async post(url, headers, body) {
      if (!mayCall(url)) throw new WebhookUnanswered('address')
      const { origin, pathname, search } = new URL(url)
      try {
        const answer = await dispatcher.request({
          origin,
          path: `${pathname}${search}`,
          method: 'POST',
          headers: { 'content-type': 'application/json', 'user-agent': 'Kangbao-Webhooks/1', ...headers },
          body,
          signal: AbortSignal.timeout(withinMs),
        })
        // What it says besides is nobody's: the status is the answer.
        answer.body.on('error', () => undefined)
        answer.body.destroy()
        const after = answer.headers['retry-after']
        return {
          status: answer.statusCode,
          retryAfterMs: retryAfterMs(Array.isArray(after) ? after[0] : after, clock.now()),
        }
      } catch (cause) {
        throw new WebhookUnanswered(reasonOf(cause), { cause })
      }
    },
  }
}

const certificateCodes = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS|ERR_SSL/

function reasonOf(error: unknown): DeliveryReason {
  if (error instanceof ForbiddenDestination) return 'address'
  if (!(error instanceof Error)) return 'unreachable'
  if (error.name === 'TimeoutError' || error.name.includes('Timeout')) return 'timeout'
  const code = 'code' in error ? String(error.code) : ''
  if (certificateCodes.test(code)) return 'certificate'
  return error.cause ? reasonOf(error.cause) : 'unreachable'
}
