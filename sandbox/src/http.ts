import type { FastifyRequest } from 'fastify'

/** One value of a header; a header sent twice counts as absent. */
export function headerOf(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name]
  return typeof value === 'string' ? value : undefined
}
