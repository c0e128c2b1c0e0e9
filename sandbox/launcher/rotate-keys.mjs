// npm run keys:rotate: a new master key and new data keys, while the product runs.
import { bootstrap } from './bootstrap.mjs'

await bootstrap('rotate-keys.ts')
