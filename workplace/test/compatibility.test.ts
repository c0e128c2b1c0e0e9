import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { readdirSync, readFileSync } from 'node:fs'
import type { FastifyInstance } from 'fastify'
import { describe, expect, it } from 'vitest'
import { cases } from '../conformance/cases/index.ts'
import { entries } from '../conformance/catalogue/index.ts'
import { compatibilityPage } from '../conformance/catalogue/page.ts'
import { newWorld } from './world.ts'

const here = (path: string) => new URL(`../${path}`, import.meta.url)
const isThere = ({ state }: { state: string }) => state !== 'no'
const isPath = ({ path }: { path: string }) => /^[A-Z]+ (oapi|api)\/[^*]*$/.test(path)

describe('the catalogue of the open platform', () => {
  it('names every path there is, and none that is not', async () => {
    const routes = await platformRoutes()
    expect(routes.length).toBeGreaterThan(40)
    const claimed = entries.filter((entry) => isPath(entry) && isThere(entry)).map(({ path }) => path)
    expect(routes.toSorted()).toEqual(claimed.toSorted())
  })

  it('names every call the container offers an app, and none it does not', () => {
    const claimed = entries.filter((entry) => isThere(entry) && bridgeName.test(entry.path))
    expect(bridgeCalls()).toEqual(claimed.map(({ path }) => path.replace('JSAPI ', '')).toSorted())
  })

  it('names everything once, and says what differs or why something is not there', () => {
    expect(new Set(entries.map(({ path }) => path)).size).toBe(entries.length)
    expect(entries.filter(({ state, note }) => state !== 'yes' && note === '')).toEqual([])
  })

  it('holds the path of every case', () => {
    const known = new Set(entries.filter(isThere).map(({ path }) => path))
    expect(cases.filter(({ path }) => !known.has(path)).map(({ path }) => path)).toEqual([])
  })

  it('is what docs/workplace-compatibility.md says (else: npx -y pnpm@12.21.0 --filter @kangbao/workplace compatibility)', () => {
    expect(readFileSync(here('../docs/workplace-compatibility.md'), 'utf8')).toBe(compatibilityPage())
  })
})

/** Routes below /oapi and /openapi as the catalogue writes them, heard while the workplace is built. */
async function platformRoutes(): Promise<string[]> {
  const heard = new Set<string>()
  const listen = (message: unknown) => {
    const { fastify } = message as { fastify: FastifyInstance }
    fastify.addHook('onRoute', ({ method, url }) => {
      const path = url.replace(/^\/openapi\//, 'api/').replace(/^\/oapi\//, 'oapi/')
      if (path === url || method === 'HEAD') return
      heard.add(`${String(method)} ${path.replace(/:(\w+)/g, '{$1}')}`)
    })
  }
  subscribe('fastify.initialization', listen)
  try {
    await (await newWorld()).close()
  } finally {
    unsubscribe('fastify.initialization', listen)
  }
  return [...heard]
}

const bridgeName = /^JSAPI (biz|device|runtime|util|internal|ui)\./

/** Names the container's bridge answers to, read from its text: the client's modules need a browser. */
function bridgeCalls(): string[] {
  const folder = here('client/src/container/')
  const texts = readdirSync(folder)
    .filter((name) => /^bridge-.*\.ts$/.test(name) && !name.endsWith('.test.ts'))
    .map((name) => readFileSync(new URL(name, folder), 'utf8'))
  const names = texts.flatMap((text) =>
    [...text.matchAll(/'((?:biz|device|runtime|util|internal|ui)(?:\.\w+){2,})'(?=:|\) \{)/g)].map(
      ([, name = '']) => name,
    ),
  )
  return [...new Set(names)].toSorted()
}
