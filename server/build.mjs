import { build } from 'esbuild'

// Our own packages are TypeScript and bundled in; everything from npm stays outside.
const ours = /^@kangbao\//
await build({
  entryPoints: { main: 'src/main.ts' },
  outdir: 'dist',
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  sourcemap: true,
  logLevel: 'warning',
  plugins: [
    {
      name: 'npm-stays-outside',
      setup(api) {
        api.onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
          kind === 'entry-point' || ours.test(path) ? undefined : { path, external: true },
        )
      },
    },
  ],
})
