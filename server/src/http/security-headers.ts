import helmet from '@fastify/helmet'
import type { FastifyInstance, FastifyReply } from 'fastify'
import fp from 'fastify-plugin'
import type { Config } from '../config.ts'

/** Device functions nobody asks for; pages that do widen it. */
const noDevices = 'camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()'

/**
 * What every reply says unless its route knows better: nothing may be loaded, run or framed from it (S-71, S-72, S-77).
 * Pages loosen this by `pageHeaders`. HSTS is told over https only, where browsers hear it.
 */
export const securityHeaders = fp(
  async (app: FastifyInstance, { PUBLIC_URL }: Pick<Config, 'PUBLIC_URL'>) => {
    await app.register(helmet, {
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          defaultSrc: ["'none'"],
          baseUri: ["'none'"],
          formAction: ["'none'"],
          frameAncestors: ["'none'"],
        },
      },
      frameguard: { action: 'deny' },
      referrerPolicy: { policy: 'no-referrer' },
      crossOriginOpenerPolicy: { policy: 'same-origin' },
      crossOriginResourcePolicy: { policy: 'same-origin' },
      strictTransportSecurity: PUBLIC_URL.startsWith('https:')
        ? { maxAge: 365 * 86_400, includeSubDomains: true }
        : false,
    })
    app.addHook('onRequest', async (_request, reply) => {
      reply.header('permissions-policy', noDevices)
    })
  },
)

/** The same for a reply that is sent before any hook runs: to an address that cannot be read. */
export const headersWithoutHooks: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': noDevices,
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
}

export interface PagePolicy {
  /** Origins whose pages may frame this one; empty for nobody. */
  readonly ancestors: readonly string[]
  /** Origins besides our own that scripts come from. */
  readonly scripts?: readonly string[]
  /** Trusted Types policies besides Vue's own. */
  readonly typePolicies?: readonly string[]
}

/** A page of ours: its own scripts, styles, pictures and calls, framed by the given origins only. */
export function pageHeaders(
  reply: FastifyReply,
  { ancestors, scripts = [], typePolicies = [] }: PagePolicy,
): FastifyReply {
  const policy = [
    "default-src 'none'",
    `script-src ${["'self'", ...scripts].join(' ')}`,
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "require-trusted-types-for 'script'",
    `trusted-types ${['vue', ...typePolicies].join(' ')}`,
    `frame-ancestors ${ancestors.length === 0 ? "'none'" : ancestors.join(' ')}`,
  ]
  // The older header knows no list of origins: where there is one it would forbid what is meant to be.
  if (ancestors.length > 0) reply.removeHeader('x-frame-options')
  return reply.header('content-security-policy', policy.join('; '))
}

/**
 * The origins that may frame the mini-apps.
 * @throws Error for anything but a list of http(s) origins: a stray `*` would let everybody in.
 */
export function framingOrigins({ WORKPLACE_ORIGINS }: Pick<Config, 'WORKPLACE_ORIGINS'>): readonly string[] {
  const origins = WORKPLACE_ORIGINS.split(',').map((origin) => origin.trim())
  const isOrigin = (text: string) =>
    /^https?:\/\/(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*(:\d{1,5})?$|^https?:\/\/\[[0-9a-f:]+\](:\d{1,5})?$/i.test(
      text,
    )
  const wrong = origins.filter((origin) => !isOrigin(origin))
  if (wrong.length > 0) throw new Error(`WORKPLACE_ORIGINS is no list of origins: ${wrong.join(', ')}`)
  return origins
}
