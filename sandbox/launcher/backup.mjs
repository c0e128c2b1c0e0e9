// npm run backup: copies everything of a data folder, also while it runs.
import { bootstrap } from './bootstrap.mjs'

await bootstrap('backup.ts')
