import type { EntryKey } from '@pinia/colada'
import type { LiveEvent } from '@kangbao/shared/contracts/live.ts'

/** Keys of everything read from the server; the first part names the topic, so an event can refresh a topic. */
export const keys = {
  completeness: (formId: string, period: string, ...more: string[]): EntryKey => [
    'completeness',
    formId,
    period,
    ...more,
  ],
  formCompleteness: (formId: string): EntryKey => ['completeness', formId],
  forms: (): EntryKey => ['forms'],
  form: (formId: string): EntryKey => ['form', formId],
  report: (...more: string[]): EntryKey => ['report', ...more],
  templates: (): EntryKey => ['templates'],
  myForms: (): EntryKey => ['my-forms'],
  filling: (formId: string): EntryKey => ['filling', formId],
  mine: (): EntryKey => ['my-submissions'],
  exports: (formId: string): EntryKey => ['exports', formId],
  directory: (...more: string[]): EntryKey => ['directory', ...more],
}

/** What on screen is out of date after an event. */
export function staleKeys(event: LiveEvent): EntryKey[] {
  switch (event.kind) {
    case 'completeness':
      return [keys.formCompleteness(event.formId), keys.forms(), keys.report()]
    case 'form':
      return [keys.form(event.formId), keys.forms(), keys.templates(), keys.myForms(), keys.report()]
    case 'report':
      return [keys.report()]
    case 'directory':
      return [keys.directory(), ['completeness'], keys.forms(), keys.report()]
    case 'export':
      return [keys.exports(event.formId)]
    case 'form-test':
      return []
    case 'run':
      return [keys.report()]
  }
}

/** Topics that a lost or polled connection refreshes as a whole. */
export const livingTopics: readonly EntryKey[] = [['completeness'], ['forms'], ['report'], ['exports']]
