import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { openApiDocument } from '../src/http/open-api-document.ts'

await writeFile(fileURLToPath(new URL('../../docs/openapi.json', import.meta.url)), await openApiDocument())
