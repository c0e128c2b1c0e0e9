// Builds the package `@kangbao/client` in dist/client: the typed client and the contracts an API token opens, as plain
// JavaScript with types. It needs nothing of ours; `npm pack` there makes what can be handed on.
import { execFileSync } from 'node:child_process'
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const here = (path) => fileURLToPath(new URL(path, import.meta.url))
const target = here('../dist/client')
rmSync(target, { recursive: true, force: true })
const compiler = here('../../node_modules/typescript-native/bin/tsc')
execFileSync(process.execPath, [compiler, '-p', here('../tsconfig.client.json')], { stdio: 'inherit' })

const ours = JSON.parse(readFileSync(here('../package.json'), 'utf8'))
const versionOf = (name) =>
  JSON.parse(readFileSync(here(`../node_modules/${name}/package.json`), 'utf8')).version
const entry = './for-programs'
const manifest = {
  name: '@kangbao/client',
  version: ours.version,
  description: 'Typed client of the Kangbao API, for programs with an API token',
  license: ours.license,
  type: 'module',
  exports: { '.': { types: `${entry}.d.ts`, default: `${entry}.js` } },
  dependencies: Object.fromEntries(Object.keys(ours.dependencies).map((name) => [name, versionOf(name)])),
}
writeFileSync(`${target}/package.json`, `${JSON.stringify(manifest, null, 2)}\n`)
copyFileSync(here('../../LICENSE'), `${target}/LICENSE`)
