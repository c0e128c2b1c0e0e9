import type { FastifyRequest } from 'fastify'
import type { Locale } from '@kangbao/shared/locale.ts'

/** The language of a text to whoever makes the request. */
export function localeOf({ headers }: Pick<FastifyRequest, 'headers'>): Locale {
  return /^en\b/i.test(headers['accept-language'] ?? '') ? 'en' : 'zh-CN'
}
