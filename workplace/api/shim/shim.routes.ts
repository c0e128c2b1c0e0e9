import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { FastifyInstance } from 'fastify'

/** The bridge shim every mini-app document loads first. It comes from another origin, so any page may read it. */
export async function shimRoutes(app: FastifyInstance): Promise<void> {
  const code = await readShim()
  const etag = `"${createHash('sha256').update(code).digest('base64url').slice(0, 22)}"`
  app.get('/shim.js', async (request, reply) => {
    void reply
      .type('text/javascript; charset=utf-8')
      .header('etag', etag)
      .header('cache-control', 'public, max-age=86400, stale-while-revalidate=604800')
      .header('cross-origin-resource-policy', 'cross-origin')
      .header('access-control-allow-origin', '*')
    return request.headers['if-none-match'] === etag ? reply.code(304).send() : reply.send(code)
  })
}

async function readShim(): Promise<string> {
  const built = fileURLToPath(new URL('./shim.js', import.meta.url))
  if (existsSync(built)) return readFile(built, 'utf8')
  // From source: esbuild is at hand in development and tests only.
  const { buildShim } = await import('./build-shim.ts')
  return buildShim()
}
