// npm test: types, lint, unit, integration, browser journeys.
import { bootstrap } from './bootstrap.mjs'

await bootstrap('test.ts')
