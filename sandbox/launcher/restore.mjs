// npm run restore: puts a backup into an empty data folder.
import { bootstrap } from './bootstrap.mjs'

await bootstrap('restore.ts')
