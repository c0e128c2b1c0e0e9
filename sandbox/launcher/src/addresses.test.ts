import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, it } from 'vitest'
import { figure } from './figure.ts'
import { repoRoot } from './layout.ts'

const folders = ['shared/src/contracts', 'workplace/contracts']
/** Names under which people and what somebody typed to find them would stand in an address. */
const telling = /^(?:q|search|query|keywords?|words?|text|(?:user)?name|phone|mobile|email|id-?number)$/i

interface Route {
  readonly method: string
  readonly path: string
  readonly params?: { readonly properties: object }
  readonly query?: { readonly properties: object }
}

const isRoute = (value: unknown): value is Route =>
  typeof value === 'object' && value !== null && 'method' in value && 'path' in value && 'permission' in value

async function routesIn(folder: string): Promise<Route[]> {
  const names = (await readdir(join(repoRoot, folder))).filter((name) => /(?<!\.test)\.ts$/.test(name))
  const modules: object[] = await Promise.all(
    names.map((name) => import(pathToFileURL(join(repoRoot, folder, name)).href)),
  )
  return [...new Set(modules.flatMap((each) => Object.values(each)).filter(isRoute))]
}

const tellingOf = ({ method, path, params, query }: Route) =>
  [params, query]
    .flatMap((part) => Object.keys(part?.properties ?? {}))
    .filter((name) => telling.test(name))
    .map((name) => `${method} ${path}: ${name}`)

it('S-48: no route takes a name, a phone or what was typed in its address', async () => {
  const routes = (await Promise.all(folders.map(routesIn))).flat()
  const faults = routes.flatMap(tellingOf)
  figure({
    id: 'S-48',
    n: routes.length,
    value: faults.length,
    unit: 'routes with people in their address',
    target: '0',
    ok: faults.length === 0,
  })
  expect(faults).toEqual([])
  expect(routes.length).toBeGreaterThan(150)
  const bad = { method: 'GET', path: '/people', query: { properties: { cursor: {}, search: {} } } }
  expect(tellingOf(bad)).toEqual(['GET /people: search'])
})
