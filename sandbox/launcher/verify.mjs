// npm run verify: a tier of tests, and the dashboard of what they measured.
import { bootstrap } from './bootstrap.mjs'

await bootstrap('verify.ts')
