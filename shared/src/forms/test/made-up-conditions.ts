import fc from 'fast-check'
import type { Condition, DayPoint } from '../condition.ts'

/** Regions that tests answer with, and prefixes of these and of others. */
export const madeUpRegions = ['410105', '410181', '420102'] as const
const prefixes = ['41', '4101', '410105', '42', '11'] as const

const point = fc.oneof(
  fc.integer({ min: -16, max: 3 }).map((daysFromToday): DayPoint => ({ daysFromToday })),
  fc.constantFrom('2026-02-16', '2026-03-01', '2026-03-02', '2026-03-03').map((date): DayPoint => ({ date })),
)
/** Ends the right way round; a counted day and one of the calendar may lie either way. */
const span = fc.tuple(point, point).map(([a, b]) => {
  const at = (each: DayPoint) => ('date' in each ? each.date : each.daysFromToday)
  return 'date' in a === 'date' in b && at(a) > at(b) ? { from: b, to: a } : { from: a, to: b }
})
const regions = fc.subarray([...prefixes], { minLength: 1, maxLength: 2 })

/** Every question a number can be asked, about one of these fields. */
export const numberQuestions = (
  field: fc.Arbitrary<string>,
  number: fc.Arbitrary<number>,
): fc.Arbitrary<Condition> =>
  fc.oneof(
    fc.record({ field, atLeast: number }),
    fc.record({ field, atMost: number }),
    fc.record({ field, moreThan: number }),
    fc.record({ field, lessThan: number }),
    fc.record({ field, equals: number }),
    fc.record({ field, differs: number }),
    fc.record({
      field,
      between: fc.tuple(number, number).map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) })),
    }),
  )

/** Every question a date can be asked, days near 2 March 2026. */
export const dayQuestions = (field: fc.Arbitrary<string>): fc.Arbitrary<Condition> =>
  fc.oneof(
    fc.record({ field, before: point }),
    fc.record({ field, notAfter: point }),
    fc.record({ field, onDay: point }),
    fc.record({ field, notBefore: point }),
    fc.record({ field, after: point }),
    fc.record({ field, within: span }),
  )

/** Every question a region can be asked. */
export const regionQuestions = (field: fc.Arbitrary<string>): fc.Arbitrary<Condition> =>
  fc.oneof(fc.record({ field, inRegions: regions }), fc.record({ field, outsideRegions: regions }))
