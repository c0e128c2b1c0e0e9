import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { configurationPage } from './configuration-page.ts'

await writeFile(fileURLToPath(new URL('../../docs/configuration.md', import.meta.url)), configurationPage())
