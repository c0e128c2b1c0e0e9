// npm run sbom|licences|audit: what the product is built from.
import { bootstrap } from './bootstrap.mjs'

await bootstrap('supply.ts')
