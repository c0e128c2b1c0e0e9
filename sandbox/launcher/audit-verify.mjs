// npm run audit:verify: were the audit logs changed, deleted from or cut off?
import { bootstrap } from './bootstrap.mjs'

await bootstrap('audit-verify.ts')
