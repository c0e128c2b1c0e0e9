import { lookup as systemLookup, type LookupAddress, type LookupOptions } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import { Agent, buildConnector, type Dispatcher } from 'undici'
import { mayLieInside, placeOf } from './addresses.ts'

/** A call to where none of ours goes; nothing was sent. */
export class ForbiddenDestination extends Error {
  override readonly name = 'ForbiddenDestination'
  readonly code = 'ERR_FORBIDDEN_DESTINATION'
}

export interface OutgoingOptions {
  readonly connections: number
  /** For a connection to stand, in milliseconds. */
  readonly timeoutMs: number
  readonly keepAliveMs?: number
  /** Hosts that look public and lie in a network of one's own, from the configuration. */
  readonly privateHosts?: readonly string[]
  /** Hosts that are not from the configuration lie inside only if they are among those. */
  readonly isListedOnly?: boolean
  /** For tests: who turns names into addresses, and whom certificates are trusted from. */
  readonly lookup?: LookupFunction
  readonly ca?: string
}

/** TLS as every outside system gets it: 1.2 or newer, the certificate checked (S-100). */
export const tlsOptions = { rejectUnauthorized: true, minVersion: 'TLSv1.2' } as const

/**
 * The one way out over HTTP (S-86): to the configured schemes, hosts and ports only, addresses judged after resolving
 * and again once connected, redirects never followed.
 * @param allowed addresses from the configuration; only their origins count.
 * @throws Error when one of them is no http(s) address, or holds a name and password.
 */
export function outgoing(allowed: readonly string[], options: OutgoingOptions): Dispatcher {
  const origins = new Map(allowed.map((url) => [originOf(url), new URL(url).hostname]))
  return new GuardedAgent(new Set(origins.keys()), {
    connections: options.connections,
    pipelining: 1,
    keepAliveTimeout: options.keepAliveMs ?? 4_000,
    connect: guardedConnect(options),
  })
}

/**
 * As `outgoing()`, to whatever address is asked for: for addresses organisations name themselves. What lies inside is out of
 * reach however it is spelled, but for hosts the operator has named.
 * @param mayLead whether a host may lead into a network of one's own.
 */
export function outgoingToAnybody(
  mayLead: (host: string) => boolean,
  options: Omit<OutgoingOptions, 'privateHosts'>,
): Dispatcher {
  return new Agent({
    connections: options.connections,
    pipelining: 1,
    keepAliveTimeout: options.keepAliveMs ?? 4_000,
    connect: guardedConnect(options, mayLead),
  })
}

function originOf(text: string): string {
  const url = new URL(text)
  if (!['http:', 'https:'].includes(url.protocol))
    throw new Error('an outside system is reached by http or https')
  if (url.username || url.password) throw new Error('no name or password in the address of an outside system')
  return url.origin
}

class GuardedAgent extends Agent {
  readonly #origins: ReadonlySet<string>
  constructor(origins: ReadonlySet<string>, options: Agent.Options) {
    super(options)
    this.#origins = origins
  }

  override dispatch(options: Agent.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    if (!this.#origins.has(String(options.origin ?? '')))
      throw new ForbiddenDestination('not an address from the configuration')
    return super.dispatch(options, handler)
  }
}

type MayLead = (host: string) => boolean

function guardedConnect(
  options: OutgoingOptions,
  mayLead: MayLead = (host) => mayLieInside(host, options.privateHosts ?? [], options.isListedOnly ?? false),
): buildConnector.connector {
  const { timeoutMs, ca } = options
  const connector = buildConnector({
    timeout: timeoutMs,
    lookup: judgedLookup(mayLead, options.lookup),
    ...tlsOptions,
    ...(ca === undefined ? {} : { ca }),
  })
  return (target, callback) => {
    const host = target.hostname
    const isInside = mayLead(host)
    if (isIP(host.replace(/^\[|\]$/g, '')) && !isFit(host, isInside)) {
      callback(new ForbiddenDestination('an address nobody outside has'), null)
      return
    }
    connector(target, (error, socket) => {
      if (error || !socket) {
        callback(error ?? new Error('no connection'), null)
        return
      }
      // The name may have been resolved anew in between.
      if (isFit(socket.remoteAddress ?? '', isInside)) {
        callback(null, socket)
        return
      }
      socket.destroy()
      callback(new ForbiddenDestination('connected to an address nobody outside has'), null)
    })
  }
}

const isFit = (address: string, isInside: boolean): boolean => {
  const place = placeOf(address)
  return place === 'outside' || (place === 'inside' && isInside)
}

/** The hosts of `OUTGOING_PRIVATE_HOSTS`. */
export function privateHostsOf({
  OUTGOING_PRIVATE_HOSTS: text = '',
}: {
  OUTGOING_PRIVATE_HOSTS?: string
}): string[] {
  return text
    .split(',')
    .map((host) => host.trim().toLowerCase())
    .filter((host) => host !== '')
}

/** Resolves a name and refuses it when any of its addresses is unfit: half a rebinding is one. */
export function guardedLookup(privateHosts: readonly string[], lookup?: LookupFunction): LookupFunction {
  return judgedLookup((host) => mayLieInside(host, privateHosts), lookup)
}

function judgedLookup(
  mayLead: MayLead,
  lookup: LookupFunction = systemLookup as LookupFunction, // the same function, its overloads told as one
): LookupFunction {
  return (hostname, options, callback) => {
    const isInside = mayLead(hostname)
    lookup(hostname, { ...options, all: true } satisfies LookupOptions, (error, found) => {
      if (error) {
        callback(error, '', 4)
        return
      }
      const addresses: LookupAddress[] = Array.isArray(found)
        ? found
        : [{ address: found, family: isIP(found) }]
      const [first] = addresses
      if (!first || addresses.some(({ address }) => !isFit(address, isInside))) {
        callback(new ForbiddenDestination('the name leads to an address nobody outside has'), '', 4)
        return
      }
      if (options.all) callback(null, addresses)
      else callback(null, first.address, first.family)
    })
  }
}

/** One address of a host, judged the same way, for protocols that are not HTTP. @throws ForbiddenDestination */
export function judgedAddress(
  host: string,
  privateHosts: readonly string[],
  lookup?: LookupFunction,
): Promise<string> {
  const bare = host.replace(/^\[|\]$/g, '')
  if (isIP(bare)) {
    return isFit(bare, mayLieInside(bare, privateHosts))
      ? Promise.resolve(bare)
      : Promise.reject(new ForbiddenDestination('an address nobody outside has'))
  }
  return new Promise((resolve, reject) => {
    guardedLookup(privateHosts, lookup)(bare, {}, (error, address) => {
      if (error) reject(error)
      else resolve(Array.isArray(address) ? (address[0]?.address ?? '') : address)
    })
  })
}
