import type { Answers } from '@kangbao/shared/forms/answers.ts'

/** A normal day of somebody well, filed on `date`. */
export function healthyAnswers(date: string, changes: Answers = {}): Answers {
  return {
    date,
    place: { code: '410105' },
    temperature: 36.5,
    symptoms: ['none'],
    'contact-case': 'no',
    'contact-region': 'no',
    'been-region': 'no',
    isolation: 'none',
    'at-work': 'yes',
    ...changes,
  }
}

/** A complete work-start registration; the ID number is invented and passes its check digit. */
export function workStartAnswers(changes: Answers = {}): Answers {
  return {
    name: '员工1',
    'id-number': '410105199001011233',
    phone: '13800002222',
    department: '生产部',
    home: { code: '410105', detail: '花园路1号' },
    'came-from': { code: '420100' },
    'arrived-on': '2026-03-01',
    transport: 'train',
    'transport-number': 'G512',
    places: '武汉',
    'first-day': '2026-03-03',
    promise: true,
    ...changes,
  }
}
