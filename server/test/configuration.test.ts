import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { configurationPage } from '../scripts/configuration-page.ts'
import { Environment } from '../src/config.ts'

const written = fileURLToPath(new URL('../../docs/configuration.md', import.meta.url))

describe('docs/configuration.md', () => {
  it('is what the schema says now (else: npx -y pnpm@12.21.0 --filter @kangbao/server configuration)', async () => {
    expect(await readFile(written, 'utf8')).toBe(configurationPage())
  })

  it('names every variable once, with what it is for', () => {
    const rows = configurationPage()
      .split('\n')
      .filter((line) => line.startsWith('| `'))
      .map((line) => line.split('|').map((cell) => cell.trim()))
    expect(rows.map(([, name]) => name).toSorted()).toEqual(
      Object.keys(Environment.properties)
        .map((name) => `\`${name}\``)
        .toSorted(),
    )
    for (const [, name, text] of rows) expect(text, name).not.toBe('')
  })
})
