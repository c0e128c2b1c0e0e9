import type { FastifyInstance, FastifyReply } from 'fastify'
import fp from 'fastify-plugin'
import type { Config } from '../config.ts'

/** Device functions nobody asks for; pages that do widen it. */
const noDevices = 'camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()'

/**
 * What every reply says unless its route knows better: nothing may be loaded, run or framed from it (S-71, S-72, S-77).
 * Pages loosen this by `pageHeaders`. Written out, not computed for each reply: none of it depends on the request.
 */
export const commonHeaders: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'origin-agent-cluster': '?1',
  'permissions-policy': noDevices,
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-dns-prefetch-control': 'off',
  'x-frame-options': 'DENY',
  'x-permitted-cross-domain-policies': 'none',
}

/** The common headers of an installation: HSTS is told over https only, where browsers hear it. */
export function headersOf({ PUBLIC_URL }: Pick<Config, 'PUBLIC_URL'>): Readonly<Record<string, string>> {
  const isHttps = PUBLIC_URL.startsWith('https:')
  return {
    ...commonHeaders,
    ...(isHttps ? { 'strict-transport-security': 'max-age=31536000; includeSubDomains' } : {}),
  }
}

export const securityHeaders = fp(async (app: FastifyInstance, config: Pick<Config, 'PUBLIC_URL'>) => {
  const headers = headersOf(config)
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(headers).header('x-request-id', request.id)
    done()
  })
})

export interface PagePolicy {
  /** Origins whose pages may frame this one; empty for nobody. */
  readonly ancestors: readonly string[]
  /** Sources besides our own that scripts come from. */
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
