import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { governmentOpenApi } from '@kangbao/shared/contracts/government-openapi.ts'
import { openApiDocument } from '../src/http/open-api-document.ts'

const page = (name: string) => fileURLToPath(new URL(`../../docs/${name}`, import.meta.url))
await writeFile(page('openapi.json'), await openApiDocument())
await writeFile(page('government-openapi.json'), `${JSON.stringify(governmentOpenApi(), null, 2)}\n`)
