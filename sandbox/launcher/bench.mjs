// npm run bench: ratios of the product beside what it stands on.
import { bootstrap } from './bootstrap.mjs'

await bootstrap('bench.ts')
