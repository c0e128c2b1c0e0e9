import { addDays, type CivilDate } from '@kangbao/shared/calendar/civil-day.ts'
import type { Answers } from '@kangbao/shared/forms/answers.ts'
import { idNumberCheckDigit } from '@kangbao/shared/identity/id-number.ts'

const districts = ['410102', '410103', '410104', '410105', '410106', '410108', '410122', '410183', '410184']
const elsewhere = ['410202', '411302', '340102', '320102', '130102', '610102']

/** One person's day: most are well, a few per thousand are not. */
export function dailyAnswers(today: CivilDate, random: () => number): Answers {
  const isIll = random() < 0.012
  const place = districts[Math.floor(random() * districts.length)] ?? '410105'
  const temperature = isIll ? 37.3 + Math.floor(random() * 14) / 10 : 36 + Math.floor(random() * 10) / 10
  const isIsolated = random() < 0.01
  return {
    date: today,
    place: { code: place },
    temperature: Math.round(temperature * 10) / 10,
    symptoms: isIll ? (random() < 0.5 ? ['fever', 'dry-cough'] : ['fatigue']) : ['none'],
    'contact-case': random() < 0.002 ? 'yes' : 'no',
    'contact-region': random() < 0.004 ? 'yes' : 'no',
    'been-region': random() < 0.003 ? 'yes' : 'no',
    isolation: isIsolated ? 'home' : 'none',
    ...(isIsolated ? { 'isolation-since': addDays(today, -2) } : {}),
    'at-work': random() < 0.93 ? 'yes' : 'no',
  }
}

/** An invented person's registration on arrival; the ID number has a right check digit and belongs to nobody known. */
export function workStartAnswers(
  today: CivilDate,
  person: { readonly name: string; readonly phone: string; readonly department: string },
  random: () => number,
): Answers {
  const year = 1970 + Math.floor(random() * 32)
  const month = String(1 + Math.floor(random() * 12)).padStart(2, '0')
  const day = String(1 + Math.floor(random() * 28)).padStart(2, '0')
  const first17 = `410100${year}${month}${day}${String(900 + Math.floor(random() * 99)).padStart(3, '0')}`
  const byTrain = random() < 0.6
  return {
    name: person.name,
    'id-number': `${first17}${idNumberCheckDigit(first17)}`,
    phone: person.phone,
    department: person.department,
    home: { code: districts[Math.floor(random() * districts.length)] ?? '410105', detail: '示例路 1 号院' },
    'came-from': { code: elsewhere[Math.floor(random() * elsewhere.length)] ?? '410202' },
    'arrived-on': addDays(today, -3),
    transport: byTrain ? 'train' : 'car',
    'transport-number': byTrain ? `G${1000 + Math.floor(random() * 900)}` : '豫A·00000',
    places: '老家，未外出',
    'first-day': addDays(today, 1 + Math.floor(random() * 3)),
    promise: true,
  }
}
