import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { compatibilityPage } from './page.ts'

await writeFile(
  fileURLToPath(new URL('../../../docs/workplace-compatibility.md', import.meta.url)),
  compatibilityPage(),
)
