/**
 * Prints what the first view of the fill page weighs on the wire (gzip, JS and CSS), from the build's manifest, and
 * fails the build when the page's own graph passes the budget. The host bridge is listed apart: only a host loads it,
 * beside the page.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

/** P26. */
const budgetBytes = 80_000
const dist = join(process.cwd(), 'dist')
const manifest = JSON.parse(readFileSync(join(dist, '.vite/manifest.json'), 'utf8'))
const entryKey = 'index.html'

function graph(key, files = new Set(), seen = new Set()) {
  if (seen.has(key)) return files
  seen.add(key)
  const { file, css = [], imports = [] } = manifest[key]
  for (const one of [file, ...css]) files.add(one)
  for (const next of imports) graph(next, files, seen)
  return files
}
const sizeOf = (file) => gzipSync(readFileSync(join(dist, file))).length
const find = (ending) => Object.keys(manifest).find((key) => key.endsWith(ending))

const view = graph(entryKey)
// A chunk of its own would come a round trip later, and not be counted here.
if (find('pages/FillPage.vue')) throw new Error('the filling page is no part of the entry')
const host = [...graph(find('host/dingtalk-bridge.ts'))].filter((file) => !view.has(file))
const rows = [...view].map((file) => [file, sizeOf(file)]).sort((a, b) => b[1] - a[1])
const total = rows.reduce((sum, [, size]) => sum + size, 0)
const hostTotal = host.reduce((sum, file) => sum + sizeOf(file), 0)
const kB = (bytes) => `${(bytes / 1000).toFixed(1)} kB`

for (const [file, size] of rows) console.log(`${kB(size).padStart(9)}  ${file}`)
console.log(`fill page, first view: ${kB(total)} gzip (budget ${kB(budgetBytes)})`)
console.log(`host bridge, only inside a host, beside it: ${kB(hostTotal)}`)
if (total > budgetBytes) process.exitCode = 1
