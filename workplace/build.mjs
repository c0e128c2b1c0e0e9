import { rm } from 'node:fs/promises'
import { build } from 'esbuild'

const dist = new URL('./dist/', import.meta.url).pathname
const source = (path) => new URL(`./api/${path}`, import.meta.url).pathname

await rm(dist, { recursive: true, force: true })

/** npm packages stay outside; our own workspace packages come in, for they are TypeScript. */
const externalPackages = {
  name: 'external-packages',
  setup({ onResolve }) {
    onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
      kind === 'entry-point' || path.startsWith('@kangbao/') ? undefined : { path, external: true },
    )
  },
}

const node = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  sourcemap: true,
  plugins: [externalPackages],
  logLevel: 'warning',
}
await Promise.all([
  build({
    ...node,
    entryPoints: [source('main.ts')],
    outfile: `${dist}main.js`,
    external: ['./build-shim.ts'],
  }),
  ...['sheet-cage.child', 'workbook-cage.child'].map((child) =>
    build({ ...node, entryPoints: [source(`imports/${child}.ts`)], outfile: `${dist}${child}.js` }),
  ),
  build({
    entryPoints: [source('shim/browser/shim.ts')],
    outfile: `${dist}shim.js`,
    bundle: true,
    format: 'iife',
    target: 'es2020',
    minify: true,
    legalComments: 'none',
  }),
])
