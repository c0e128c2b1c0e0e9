import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

/**
 * The built client as it lies on the disk now, so that a build under a running process is served: assets for ever,
 * pages never from a cache, every other address that somebody opens the page itself.
 * @param configured its folder; empty: where a build puts it.
 * @param otherwise answers whatever is neither a file nor a page somebody asks for.
 */
export async function clientFiles(
  app: FastifyInstance,
  configured: string,
  otherwise: (request: FastifyRequest, reply: FastifyReply) => unknown,
): Promise<void> {
  app.setNotFoundHandler(otherwise)
  const root =
    configured || [here('../client/dist'), here('../../client/dist')].find((dir) => existsSync(dir))
  if (!root) return
  await app.register(fastifyStatic, { root, serve: false })
  app.get<{ Params: { '*': string } }>('/*', (request, reply) => {
    const name = request.params['*']
    if (isFile(name)) return reply.sendFile(name, cachingOf(name))
    const wantsPage = name === '' || (request.headers.accept ?? '').includes('text/html')
    if (!wantsPage || isApi.test(name) || !existsSync(join(root, page))) return reply.callNotFound()
    void reply.header('cache-control', 'no-cache')
    return reply.sendFile(page, { cacheControl: false })
  })
}

const page = 'index.html'
const isApi = /^(oapi|openapi|client-api)\//

/** A page's address may hold a dot as well, further down: a person's id. */
const isFile = (name: string): boolean =>
  name.startsWith('assets/') || (/^[^/]+\.\w{1,8}$/.test(name) && name !== page)

/** Names of assets hold the hash of what is in them. */
const cachingOf = (name: string) =>
  name.startsWith('assets/') ? { maxAge: '1y', immutable: true } : { maxAge: 0 }

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
