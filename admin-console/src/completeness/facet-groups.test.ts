import { describe, expect, it } from 'vitest'
import { civilDate } from '@kangbao/shared/calendar/civil-day.ts'
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
    const given = facetsOf(daily, answers, findingsOf(daily, answers, civilDate('2026-11-23')))
    expect(given.length).toBeGreaterThan(4)
    expect(given.filter((facet) => !offered.has(facet))).toEqual([])
  })

  it('marks the answers that are abnormal by themselves', () => {
    const marked = facetGroups(daily)
      .filter(({ kind }) => kind !== 'finding')
      .flatMap(({ id, facets }) =>
        facets.filter((each) => each.isAbnormal).map(({ label }) => [id, label.en]),
      )
    expect(marked).toContainEqual(['symptoms', 'Fever'])
    expect(marked).toContainEqual(['contact-case', 'Yes'])
    expect(marked.filter(([id]) => id === 'temperature')).toHaveLength(2)
    expect(marked.filter(([id]) => id === 'at-work' || id === 'isolation')).toEqual([])
  })
})
