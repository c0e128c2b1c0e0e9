import type { FastifyInstance } from 'fastify'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'

/** A reader may rely on it for so long (RFC 9116: less than a year). */
const goodForMs = 180 * 86_400_000

/** Where to report a weakness (RFC 9116); only where somebody has said who reads it. */
export async function securityText(app: FastifyInstance) {
  const { config, clock } = app.deps
  app.get(
    '/.well-known/security.txt',
    { config: { permission: 'public', rate: 'page' } },
    async (_request, reply) => {
      const contact = config.SECURITY_CONTACT
      if (!contact) return reply.callNotFound()
      return reply
        .type('text/plain; charset=utf-8')
        .header('cache-control', 'no-cache')
        .send(securityTextOf({ contact, publicUrl: config.PUBLIC_URL, now: clock.now() }))
    },
  )
}

interface Facts {
  /** A URI: `mailto:`, `https:` or `tel:`. */
  readonly contact: string
  readonly publicUrl: string
  readonly now: EpochMs
}

export function securityTextOf({ contact, publicUrl, now }: Facts): string {
  const lines = [
    `Contact: ${contact}`,
    `Expires: ${new Date(now + goodForMs).toISOString()}`,
    'Preferred-Languages: zh, en',
    `Canonical: ${new URL('/.well-known/security.txt', publicUrl).href}`,
  ]
  return `${lines.join('\n')}\n`
}
