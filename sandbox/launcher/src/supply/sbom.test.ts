import { describe, expect, it } from 'vitest'
import { figure } from '../figure.ts'
import { isRecord } from '../layout.ts'
import { currentSbom } from '../supply.ts'
import { sbomFault } from './sbom.ts'
import { realTree } from './tree.ts'

const listOf = (from: unknown, key: string): Record<string, unknown>[] => {
  const value = isRecord(from) ? from[key] : undefined
  return Array.isArray(value) ? value.filter(isRecord) : []
}

describe('S-94: the bill of materials', () => {
  const text = currentSbom()
  const bom: unknown = JSON.parse(text)
  const components = listOf(bom, 'components')

  it('names every package of the production tree, with hash, licence and address', () => {
    const { production } = realTree().lock
    const named = new Set(components.map(({ ['bom-ref']: ref }) => ref))
    const missing = [...production].filter((id) => !named.has(id))
    const percent = (100 * (production.size - missing.length)) / production.size
    figure({
      id: 'S-94',
      n: production.size,
      value: percent,
      unit: '% of the production tree',
      target: '>=100',
      ok: missing.length === 0,
    })
    expect(missing).toEqual([])
    expect(components).toHaveLength(production.size)
    const bare = components.filter(
      (each) => !each['purl'] || listOf(each, 'hashes').length === 0 || listOf(each, 'licenses').length === 0,
    )
    expect(bare.map(({ ['bom-ref']: ref }) => ref)).toEqual([])
  })

  it('says what needs what, and is the same text for the same lock file', () => {
    const needs = new Map(listOf(bom, 'dependencies').map((each) => [each['ref'], each['dependsOn']]))
    expect(needs.get('kangbao')).toEqual(expect.arrayContaining([expect.stringMatching(/^fastify@/)]))
    expect(currentSbom()).toBe(text)
  })

  it('keeps to CycloneDX 1.6, as its own schema judges', async () => {
    expect(await sbomFault(text)).toBeNull()
    expect(await sbomFault(text.replace('"bom-ref": "kangbao"', '"bom-reference": "kangbao"'))).not.toBeNull()
  })
})
