import type { LiveEvent } from '@kangbao/shared/contracts/live.ts'
import { queryKeys } from '../api/query-keys.ts'

/** Which queries an event makes stale, by the first parts of their keys. */
export function staleAfter(event: LiveEvent): (readonly string[])[] {
  switch (event.kind) {
    case 'completeness':
      // Reports count the same answers.
      return [queryKeys.forms, queryKeys.completeness(event.formId), queryKeys.reports]
    case 'form':
      return [queryKeys.forms, queryKeys.form(event.formId), queryKeys.templates]
    case 'report':
      return [queryKeys.reports]
    case 'directory':
      return [queryKeys.directory]
    case 'export':
      return [queryKeys.exports(event.formId)]
    case 'form-test':
      return [queryKeys.formTests(event.draftId)]
    case 'run':
      return [queryKeys.operations]
  }
}
