import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'

/** The built client: assets for ever, pages never cached, every unknown page is the app itself. */
export async function clientFiles(app: FastifyInstance, configured: string): Promise<boolean> {
  const root =
    configured || [here('../client/dist'), here('../../client/dist')].find((dir) => existsSync(dir))
  if (!root || !existsSync(root)) return false
  await app.register(fastifyStatic, {
    root,
    wildcard: false,
    index: ['index.html'],
    setHeaders: (reply, path) => {
      const isAsset = /[\\/]assets[\\/]/.test(path)
      void reply.header('cache-control', isAsset ? 'public, max-age=31536000, immutable' : 'no-cache')
    },
  })
  return true
}

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
