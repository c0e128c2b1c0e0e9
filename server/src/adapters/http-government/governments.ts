import { isIP } from 'node:net'
import { LRUCache } from 'lru-cache'
import type { Config } from '../../config.ts'
import type { Clock } from '../../ports/clock.ts'
import type { EndpointKeys, EndpointSettings, Government, Governments } from '../../ports/government.ts'
import { mayLieInside, placeOf } from '../outgoing/addresses.ts'
import { privateHostsOf } from '../outgoing/outgoing.ts'
import { endpointOver, governmentPacer } from './government.ts'
import { hmacSha256, sm2Sm3, type Signatures } from './signatures.ts'

const mostEndpoints = 200

interface Client {
  readonly revision: number
  readonly government: Government & { close(): Promise<void> }
}

/**
 * Endpoints the operator entered (S-86): not by who runs the machine, so that in production an address is https and leads
 * inside only when its host is among `OUTGOING_PRIVATE_HOSTS`.
 */
export function httpGovernments(
  config: Pick<Config, 'DEPLOYMENT' | 'OUTGOING_PRIVATE_HOSTS'>,
  clock: Clock,
): Governments {
  const privateHosts = privateHostsOf(config)
  const isListedOnly = config.DEPLOYMENT === 'production'
  const pacer = governmentPacer()
  const clients = new LRUCache<string, Client>({
    max: mostEndpoints,
    // Calls under way end first.
    dispose: ({ government }) => void government.close().catch(() => undefined),
  })
  return {
    at(settings: EndpointSettings) {
      const { id, revision, address, keyId, callsPerSecond } = settings
      const known = clients.get(id)
      if (known?.revision === revision) return known.government
      const government = endpointOver(
        {
          address,
          key: { id: keyId, signatures: signaturesBy(settings.keys) },
          pace: { pacer, key: id, perSecond: callsPerSecond },
          privateHosts,
          isListedOnly,
        },
        clock,
      )
      clients.set(id, { revision, government })
      return government
    },
    faultOf({ address, keys }) {
      if (!isFitAddress(address, privateHosts, isListedOnly)) return 'address'
      try {
        signaturesBy(keys)
        return null
      } catch {
        return 'key'
      }
    },
  }
}

/** @throws Error when they are no keys of the suite. */
function signaturesBy(keys: EndpointKeys): Signatures {
  if (keys.suite === 'hmac-sha256') return hmacSha256(keys.secret)
  if (!/^[0-9a-fA-F]{64}$/.test(keys.privateKey)) throw new Error('not a private key of SM2')
  return sm2Sm3(keys.privateKey, keys.receiverKey)
}

/** What can be said before a name is resolved; the way out judges again where it leads. */
function isFitAddress(text: string, privateHosts: readonly string[], isListedOnly: boolean): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname, username, password, search, hash } = new URL(text)
  if (!['http:', 'https:'].includes(protocol)) return false
  if ([username, password, search, hash].some((part) => part !== '')) return false
  const isInside = mayLieInside(hostname, privateHosts, isListedOnly)
  if (isListedOnly && protocol !== 'https:' && !isInside) return false
  const bare = hostname.replace(/^\[|\]$/g, '')
  if (isIP(bare) === 0) return isInside || (bare !== 'localhost' && bare.includes('.'))
  const place = placeOf(bare)
  return place === 'outside' || (place === 'inside' && isInside)
}
