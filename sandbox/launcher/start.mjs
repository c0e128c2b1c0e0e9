// npm start: everything on this machine, with data under .data/.
import { bootstrap } from './bootstrap.mjs'

await bootstrap('start.ts')
