import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { FastifyInstance } from 'fastify'

const types = { 'style.css': 'text/css', 'live.js': 'text/javascript', 'icon.svg': 'image/svg+xml' } as const

/** Beside src/pages in the checkout, beside the bundle in dist. */
function read(name: string): string {
  const places = ['./assets/', '../assets/'].map((path) =>
    fileURLToPath(new URL(path + name, import.meta.url)),
  )
  const found = places.find((path) => existsSync(path))
  if (!found) throw new Error(`assets/${name} is missing`)
  return readFileSync(found, 'utf8')
}

export async function assetRoutes(app: FastifyInstance): Promise<void> {
  for (const [name, type] of Object.entries(types)) {
    const text = read(name)
    app.get(`/assets/${name}`, async (_request, reply) =>
      reply.type(`${type}; charset=utf-8`).header('cache-control', 'no-cache').send(text),
    )
  }
}
