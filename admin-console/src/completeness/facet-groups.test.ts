import { describe, expect, it } from 'vitest'
import { facetsOf } from '@kangbao/shared/forms/facets.ts'
import { daily } from '@kangbao/shared/programmes/zhengzhou/daily.ts'
import { findingsOf } from '@kangbao/shared/rules/findings.ts'
import { facetGroups } from './facet-groups.ts'

describe('Z-36: what can be drilled into', () => {
  it('offers every facet that answers can give', () => {
    const answers = {
      temperature: 38.6,
      symptoms: ['fever', 'dry-cough'],
      'contact-case': 'yes',
      isolation: 'home',
    }
    const offered = new Set(facetGroups(daily).flatMap(({ facets }) => facets.map(({ facet }) => facet)))
    const given = facetsOf(daily, answers, findingsOf(daily, answers))
    expect(given.length).toBeGreaterThan(4)
    expect(given.filter((facet) => !offered.has(facet))).toEqual([])
  })
})
