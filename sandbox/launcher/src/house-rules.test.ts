import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ESLint } from 'eslint'
import { describe, expect, it } from 'vitest'
import { repoRoot } from './layout.ts'

const eslint = new ESLint({ cwd: repoRoot })

/** The rules broken by a text, were it to stand at that path. */
async function broken(filePath: string, text: string): Promise<string[]> {
  const [result] = await eslint.lintText(text, { filePath: join(repoRoot, filePath) })
  return (result?.messages ?? []).map((message) => message.ruleId ?? message.message)
}

describe('planted faults', () => {
  it.each([
    ['a phone imports the cage', 'miniapps/kit/src/x.ts', `import '@kangbao/cage/cage.ts'`],
    ['shared imports the server', 'shared/src/forms/x.ts', `import '@kangbao/server/x.ts'`],
    ['shared imports Node', 'shared/src/forms/x.ts', `import 'node:fs'`],
    ['shared imports by a path out of it', 'shared/src/forms/x.ts', `import '../../../server/src/app.ts'`],
    [
      'the server imports the workplace',
      'server/src/http/x.ts',
      `import '@kangbao/workplace/contracts/orgs.ts'`,
    ],
    ['the server imports the launcher', 'server/src/http/x.ts', `import '@kangbao/launcher/stack.ts'`],
    ['the workplace imports the server', 'workplace/api/x.ts', `import '../../server/src/app.ts'`],
    [
      'the client imports the workplace’s insides',
      'workplace/client/src/x.ts',
      `import '../../api/config.ts'`,
    ],
    ['the sandbox imports the server', 'sandbox/src/x.ts', `export * from '@kangbao/server/x.ts'`],
    ['a mini-app imports another', 'miniapps/forms/src/x.ts', `import '../../health-report/src/main.ts'`],
    [
      'a mini-app imports another by name',
      'miniapps/forms/src/x.ts',
      `import '@kangbao/app-health-report/x.ts'`,
    ],
    ['the kit imports a mini-app', 'miniapps/kit/src/x.ts', `import '../../forms/src/main.ts'`],
    [
      'the console imports the server lazily',
      'admin-console/src/x.ts',
      `export const x = import('../../server/src/app.ts')`,
    ],
    [
      'a feature enters another by the window',
      'server/src/features/forms/x.service.ts',
      `import '../reports/reports.repo.ts'`,
    ],
    [
      'a feature picks an adapter',
      'server/src/features/forms/x.service.ts',
      `import '../../adapters/smtp/mail.ts'`,
    ],
    ['a port knows a feature', 'server/src/ports/mail.ts', `import '../features/forms/index.ts'`],
    ['a service writes queries', 'server/src/features/forms/x.service.ts', `import 'drizzle-orm'`],
    ['a mini-app speaks to the host itself', 'miniapps/forms/src/x.ts', `import 'dingtalk-jsapi'`],
  ])('%s', async (_name, path, text) => {
    expect(await broken(path, text)).toContain('house/imports')
  })

  it.each([
    [
      'environment',
      'server/src/features/forms/x.service.ts',
      'export const x = process.env',
      'house/environment',
    ],
    ['environment', 'workplace/api/orgs/x.ts', 'export const x = process.env.PORT', 'house/environment'],
    ['real time', 'server/src/features/forms/x.service.ts', 'export const x = new Date()', 'house/clock'],
    ['real time', 'shared/src/calendar/x.ts', 'export const x = Date.now()', 'house/clock'],
    [
      'a secret compared letter by letter',
      'server/src/http/x.ts',
      'export const x = (token: string, y: { readonly setupToken: string }) => token === y.setupToken',
      'house/secrets',
    ],
    ['chance of the engine’s own', 'workplace/api/x.ts', 'export const x = Math.random()', 'house/random'],
    [
      'a statement built from a value (S-87)',
      'server/src/features/forms/x.repo.ts',
      "export const x = (name: string) => `select 1 from forms where name = '${name}'`",
      'house/sql',
    ],
    [
      'a value as raw SQL (S-87)',
      'workplace/api/x.ts',
      'export const x = (sql: { raw(text: string): string }, by: string) => sql.raw(by)',
      'house/sql',
    ],
    [
      'the permission of a contract, which a phone does not get',
      'miniapps/kit/src/reports/x.ts',
      'export const x = (contract: { readonly permission: string }) => contract.permission',
      'no-restricted-syntax',
    ],
    ['any', 'server/src/http/x.ts', 'export const x = (y: any) => y', '@typescript-eslint/no-explicit-any'],
    ['console', 'server/src/http/x.ts', `console.log('x')`, 'no-console'],
    ['v-html', 'miniapps/forms/src/X.vue', '<template><p v-html="x" /></template>', 'vue/no-v-html'],
  ])('%s in %s', async (_name, path, text, rule) => {
    expect(await broken(path, text)).toContain(rule)
  })
})

describe('what is allowed', () => {
  it.each([
    ['server/src/features/forms/forms.service.ts', `import '../reports/index.ts'`],
    ['server/src/features/forms/forms.repo.ts', `import 'drizzle-orm'`],
    ['server/src/deps.ts', `import './adapters/smtp/mail.ts'`],
    ['server/src/features/forms/forms.test.ts', `import '@kangbao/launcher/test-database.ts'`],
    ['workplace/client/src/x.ts', `import '@kangbao/workplace/contracts/orgs.ts'`],
    ['miniapps/forms/src/x.ts', `import '@kangbao/kit/theme.ts'`],
    ['miniapps/kit/src/bridge.ts', `import 'dingtalk-jsapi'`],
    ['server/src/config.ts', 'export const x = process.env'],
    ['server/src/adapters/system-clock.ts', 'export const x = () => new Date()'],
    ['server/src/http/x.ts', 'export const x = (at: number) => new Date(at)'],
  ])('%s: %s', async (path, text) => {
    expect(await broken(path, text)).toEqual([])
  })
})

/** feature → the features it imports. */
function featureGraph(): Map<string, Set<string>> {
  const root = join(repoRoot, 'server', 'src', 'features')
  const graph = new Map<string, Set<string>>()
  if (!existsSync(root)) return graph
  for (const entry of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
    const feature = entry.split('/')[0]
    if (!feature || !entry.includes('/') || !entry.endsWith('.ts') || entry.endsWith('.test.ts')) continue
    const text = readFileSync(join(root, entry), 'utf8')
    const used = graph.get(feature) ?? new Set()
    // Types vanish at run time and make no circle.
    for (const [, other] of text.matchAll(/^import (?!type )[^']*from '\.\.\/([a-z-]+)\/index\.ts'/gm))
      if (other) used.add(other)
    graph.set(feature, used)
  }
  return graph
}

function circleIn(graph: ReadonlyMap<string, ReadonlySet<string>>): string[] | undefined {
  const walk = (path: readonly string[]): string[] | undefined => {
    const last = path[path.length - 1] ?? ''
    for (const next of graph.get(last) ?? []) {
      const at = path.indexOf(next)
      if (at >= 0) return [...path.slice(at), next]
      const found = walk([...path, next])
      if (found) return found
    }
    return undefined
  }
  for (const start of graph.keys()) {
    const found = walk([start])
    if (found) return found
  }
  return undefined
}

describe('features', () => {
  it('form no circle', () => {
    expect(
      circleIn(
        new Map([
          ['a', new Set(['b'])],
          ['b', new Set(['a'])],
        ]),
      ),
    ).toEqual(['a', 'b', 'a'])
    expect(circleIn(featureGraph())).toBeUndefined()
  })
})
